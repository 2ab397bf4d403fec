package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.store.RoundJournal.MessageStep;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a round needs to go on where another process left it.
 *
 * @param base the version it builds on, once that is fixed
 * @param sums by shard, as the newest checkpoints hold them
 * @param opened the open sum of all shards, once there is one
 * @param messages of its sessions, opened
 */
public record ResumedRound(
    RoundHistory history,
    Optional<ModelVersion> base,
    Map<Integer, MaskedAccumulator> sums,
    Optional<AggregateSum> opened,
    List<Said> messages) {

  /** What a device said in a session. */
  public record Said(MessageStep step, DeviceId device, byte[] content) {}

  /** The checkpoints that sums go on from. */
  public List<SumCheckpoint> checkpoints() {
    return history.checkpoints().values().stream()
        .filter(each -> sums.containsKey(each.shard()))
        .toList();
  }
}
