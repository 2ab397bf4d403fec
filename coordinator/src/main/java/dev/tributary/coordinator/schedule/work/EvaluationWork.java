package dev.tributary.coordinator.schedule.work;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.publish.ComputedResult;
import dev.tributary.coordinator.publish.EvaluationComputation;
import dev.tributary.coordinator.publish.RoundComputation;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.time.Instant;
import java.util.Optional;

/** Rounds that measure a version of another task's model on the devices' own examples. */
public record EvaluationWork(TaskConfig config, ModelSpec model, Services services)
    implements RoundWork {

  @Override
  public QuantizationParameters quantization() {
    return QuantizationParameters.forEvaluation(model.classes(), config.cohort().target());
  }

  @Override
  public RoundManifest manifest(
      RoundPlan plan,
      ModelVersion base,
      Optional<SecureAggregationParameters> shard,
      long remainingMillis) {
    return plan.manifest(
        config.population(),
        base.digest(),
        base.bytes(),
        model.canonicalJson(),
        quantization(),
        Optional.empty(),
        shard,
        remainingMillis);
  }

  @Override
  public RoundComputation computation(ModelVersion base) {
    return new EvaluationComputation(base.digest(), base.bytes());
  }

  @Override
  public Publication publication(
      RoundPlan plan, ModelVersion base, ComputedResult result, Instant at) {
    var metrics =
        result.metrics().orElseThrow(() -> new IllegalStateException("an evaluation has metrics"));
    var evaluation = new FederatedEvaluation(plan.round(), result.devices(), metrics, at);
    return new Publication(
        services.registry().adding(base.digest(), evaluation), base.with(evaluation));
  }

  /** An evaluation keeps nothing between rounds. */
  @Override
  public void end() {}
}
