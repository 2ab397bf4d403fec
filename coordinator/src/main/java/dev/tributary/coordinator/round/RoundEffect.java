package dev.tributary.coordinator.round;

import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Instant;
import java.util.Set;

/**
 * What has to be done once the event that asked for it is durable. Effects may be lost in a crash,
 * never invented.
 */
public sealed interface RoundEffect {
  /** Report {@code DeadlinePassed(phase)} at this time. */
  record SetDeadline(Phase phase, Instant deadline) implements RoundEffect {}

  /** Answer the devices that wait for this round to move on. */
  record NotifyDevices() implements RoundEffect {}

  /** These devices are free to join another round. */
  record ReleaseDevices(Set<DeviceId> devices) implements RoundEffect {
    public ReleaseDevices {
      devices = Set.copyOf(devices);
    }
  }

  /**
   * Turn the masked sum of exactly these survivors into the sum, then report {@code SumUnmasked}.
   */
  record UnmaskSum(Set<DeviceId> survivors) implements RoundEffect {
    public UnmaskSum {
      survivors = Set.copyOf(survivors);
    }
  }

  /** Compute the result from the sum, then report {@code ModelOptimized}. */
  record OptimizeModel() implements RoundEffect {}

  /** Put the result into the registry together with {@code VersionPublished}. */
  record PublishVersion() implements RoundEffect {}

  /** Forget the partial sum. */
  record DiscardSum() implements RoundEffect {}
}
