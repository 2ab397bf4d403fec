package dev.tributary.coordinator.publish;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How closely published versions are watched.
 *
 * @param review how often rollouts are reviewed, and metadata that would expire is signed again;
 *     above 0
 * @param reports two reports of one device about a model count when they are at least so far apart
 * @param sealingKeyFile seals the keys that sign metadata; empty: a file beside them
 */
public record PublishingSettings(Duration review, Duration reports, Optional<Path> sealingKeyFile) {

  public PublishingSettings {
    if (!review.isPositive() || reports.isNegative()) {
      throw new IllegalArgumentException(
          "publishing: expected a review interval above 0 and a report interval of 0 or more, got "
              + review
              + " and "
              + reports);
    }
  }
}
