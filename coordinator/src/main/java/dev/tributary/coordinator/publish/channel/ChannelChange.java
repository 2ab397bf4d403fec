package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.FileDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of a channel's history.
 *
 * @param sequence from 1 on
 * @param actor {@code operator}, or {@code gates} for what a review decided
 * @param manifest of the version that it is about
 * @param version that version, once the change is kept
 * @param reason in words
 */
public record ChannelChange(
    ChannelKey channel,
    long sequence,
    Instant at,
    String actor,
    Action action,
    FileDigest manifest,
    Optional<ModelDigest> version,
    String reason) {

  /** What happened. */
  public enum Action {
    /** A rollout waits for an operator. */
    PROPOSED,
    /** A rollout began, or went on to its next stage. */
    WIDENED,
    /** The version is the release. */
    RELEASED,
    /** A rollout ended without a release, or an earlier version is the release again. */
    ROLLED_BACK
  }
}
