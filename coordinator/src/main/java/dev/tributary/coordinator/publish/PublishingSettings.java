package dev.tributary.coordinator.publish;

import java.time.Duration;

/**
 * How closely published versions are watched.
 *
 * @param review how often rollouts are reviewed, and metadata that would expire is signed again;
 *     above 0
 * @param reports two reports of one device about a model count when they are at least so far apart
 */
public record PublishingSettings(Duration review, Duration reports) {

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
