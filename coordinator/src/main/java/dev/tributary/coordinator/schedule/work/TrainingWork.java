package dev.tributary.coordinator.schedule.work;

import dev.tributary.aggregation.optimize.FedAvg;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.publish.ComputedResult;
import dev.tributary.coordinator.publish.RoundComputation;
import dev.tributary.coordinator.publish.TrainingComputation;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Rounds that make the next version of their task's model. */
public record TrainingWork(TaskConfig config, TaskConfig.Training training, Services services)
    implements RoundWork {

  @Override
  public QuantizationParameters quantization() {
    var quantization = training.quantization();
    return QuantizationParameters.forTraining(
        training.model().layout().dimension(),
        quantization.bits(),
        quantization.clipNorm(),
        quantization.range(),
        quantization.maxExamples(),
        config.cohort().target());
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
        training.model().canonicalJson(),
        quantization(),
        Optional.of(training.training()),
        shard,
        remainingMillis);
  }

  @Override
  public RoundComputation computation(ModelVersion base) {
    return new TrainingComputation(
        config.name(),
        training.model(),
        new FedAvg(training.optimizer().learningRate(), training.optimizer().momentum()),
        services.evaluator(),
        services.models(),
        services.optimizerStates(),
        base.digest(),
        base.optimizerState());
  }

  @Override
  public Publication publication(
      RoundPlan plan, ModelVersion base, ComputedResult result, Instant at) {
    var next = next(plan, base, result, at);
    return new Publication(services.registry().adding(next), next);
  }

  /** A task that may begin again goes on from the optimiser's state, too. */
  @Override
  public void end() {
    if (config.retraining().isPresent()) {
      return;
    }
    services.optimizerStates().keepOnly(config.name(), Optional.empty());
  }

  private static ModelVersion next(
      RoundPlan plan, ModelVersion base, ComputedResult result, Instant at) {
    return new ModelVersion(
        plan.round().task(),
        base.version() + 1,
        result.digest(),
        Optional.of(base.digest()),
        Optional.of(plan.round()),
        result.bytes(),
        result.devices(),
        result.metrics(),
        result.optimizerState(),
        at,
        List.of());
  }
}
