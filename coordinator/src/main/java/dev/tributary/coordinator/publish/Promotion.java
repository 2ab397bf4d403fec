package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.coordinator.publish.channel.ChannelKey;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import java.util.Optional;
import java.util.Set;

/**
 * An order to send a version to the devices of a channel.
 *
 * @param kinds of artifacts that devices get besides float32: uploaded for the version, or made
 *     here
 * @param plan by which stages; without one all devices get it at once
 * @param approval whether it waits for an operator before it begins
 * @param reason in words, for the history
 */
public record Promotion(
    ChannelKey channel,
    ModelDigest version,
    Set<ArtifactKind> kinds,
    Optional<RolloutPlan> plan,
    boolean approval,
    String reason) {

  public Promotion {
    kinds = Set.copyOf(kinds);
  }
}
