package dev.tributary.security.metadata.signing;

import java.time.Duration;

/**
 * How long metadata is believed after it was signed. A device that hears nothing new for that long
 * knows that somebody keeps it from hearing.
 *
 * @param targets at least a minute, as are the others
 * @param snapshot not longer than the targets
 * @param timestamp not longer than the snapshot
 */
public record Lifetimes(Duration targets, Duration snapshot, Duration timestamp) {

  /** 90 days, 14 days, 1 day. */
  public static final Lifetimes USUAL =
      new Lifetimes(Duration.ofDays(90), Duration.ofDays(14), Duration.ofDays(1));

  public Lifetimes {
    boolean ordered =
        timestamp.compareTo(Duration.ofMinutes(1)) >= 0
            && snapshot.compareTo(timestamp) >= 0
            && targets.compareTo(snapshot) >= 0;
    if (!ordered) {
      throw new IllegalArgumentException(
          "lifetimes: expected targets >= snapshot >= timestamp >= 1 minute, got "
              + targets
              + ", "
              + snapshot
              + ", "
              + timestamp);
    }
  }
}
