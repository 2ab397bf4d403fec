package dev.tributary.coordinator.schedule.work;

import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.publish.ComputedResult;
import dev.tributary.coordinator.publish.RoundComputation;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.plan.RoundPlan;
import java.time.Instant;
import java.util.Optional;

/**
 * What differs between rounds that train and rounds that evaluate. Pure but for {@link
 * #computation}'s result and {@link #end}.
 */
public interface RoundWork {
  QuantizationParameters quantization();

  /**
   * What the devices are told when they start from this version.
   *
   * @param shard how the updates of their shard are masked, if they are
   */
  RoundManifest manifest(
      RoundPlan plan,
      ModelVersion base,
      Optional<SecureAggregationParameters> shard,
      long remainingMillis);

  /** From the sum to the result. */
  RoundComputation computation(ModelVersion base);

  /** What a result adds to the registry: a version, or an evaluation of one. */
  Publication publication(RoundPlan plan, ModelVersion base, ComputedResult result, Instant at);

  /** Removes what only further rounds would need: the task is finished. Blocks. */
  void end();
}
