package dev.tributary.coordinator.round;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.coordinator.round.plan.Shards;
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

  /** Make a session for each shard, in which its devices advertise their keys. */
  record BeginSessions(Shards shards) implements RoundEffect {}

  /** Close the rosters: exactly these devices are in them. */
  record CloseRosters(Set<DeviceId> advertised) implements RoundEffect {
    public CloseRosters {
      advertised = Set.copyOf(advertised);
    }
  }

  /** Hand the shares out: exactly these devices have dealt, and are masked with. */
  record CloseShares(Set<DeviceId> shared) implements RoundEffect {
    public CloseShares {
      shared = Set.copyOf(shared);
    }
  }

  /**
   * Have the devices confirm to one another that exactly these are in the sum, then report {@code
   * SurvivorsConfirmed} for each shard.
   */
  record ConfirmSurvivors(Set<DeviceId> survivors) implements RoundEffect {
    public ConfirmSurvivors {
      survivors = Set.copyOf(survivors);
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
