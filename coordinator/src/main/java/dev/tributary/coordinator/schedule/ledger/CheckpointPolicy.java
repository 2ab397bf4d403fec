package dev.tributary.coordinator.schedule.ledger;

import java.time.Duration;

/**
 * When the sums of a round are written to disk. A device gets its receipt once a checkpoint holds
 * its update, so a larger batch costs the disk less and the devices more time.
 *
 * @param enabled without, a receipt says only that the update is in the memory of this process, and
 *     a round that collects does not outlive it
 * @param batchUploads a checkpoint begins when so many uploads wait for it, at least 1
 * @param batchWait and at the latest so long after the first of them
 */
public record CheckpointPolicy(boolean enabled, int batchUploads, Duration batchWait) {

  /** Batches of 64 uploads or 100 ms. */
  public static final CheckpointPolicy DEFAULT =
      new CheckpointPolicy(true, 64, Duration.ofMillis(100));

  public CheckpointPolicy {
    if (batchUploads < 1 || batchWait.isNegative()) {
      throw new IllegalArgumentException(
          "a batch must have at least 1 upload and not wait a negative time, not "
              + batchUploads
              + " and "
              + batchWait);
    }
  }
}
