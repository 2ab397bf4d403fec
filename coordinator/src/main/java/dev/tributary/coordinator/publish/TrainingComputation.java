package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.optimize.Dequantizer;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.aggregation.optimize.OptimizedModel;
import dev.tributary.aggregation.optimize.OptimizerState;
import dev.tributary.aggregation.optimize.ServerOptimizer;
import dev.tributary.aggregation.optimize.WeightlessSumException;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.OptimizerStates;
import java.util.Optional;

/**
 * AggregateSum -Dequantizer-> MeanUpdate -ServerOptimizer-> ModelState, measured and saved.
 *
 * @param models where models are kept
 * @param optimizerStates where states of the optimiser are kept
 * @param base the model that the devices trained from
 * @param optimizerState after the version before, if there is one
 */
public record TrainingComputation(
    TaskName task,
    ModelSpec spec,
    ServerOptimizer optimizer,
    ModelEvaluator evaluator,
    ModelFiles models,
    OptimizerStates optimizerStates,
    ModelDigest base,
    Optional<ModelDigest> optimizerState)
    implements RoundComputation {

  @Override
  public ComputedResult compute(AggregateSum sum) throws RoundComputationException {
    Stepped stepped = step(sum);
    OptimizedModel next = stepped.next();
    var metrics = evaluator.evaluate(task, spec, next.model()).map(ModelMetrics::of);
    optimizerStates.keepOnly(task, optimizerState); // the base is durable: no other is needed
    var nextOptimizerState =
        next.state().toModelState().map(state -> optimizerStates.save(task, state));
    var saved = models.save(next.model());
    stepped.grid().ifPresent(grid -> models.noteStep(saved.digest(), base, grid));
    return new ComputedResult(
        saved.digest(), saved.bytes(), sum.devices(), nextOptimizerState, metrics);
  }

  /**
   * What came of the step.
   *
   * @param grid how it can be told in whole numbers, where it can
   */
  private record Stepped(OptimizedModel next, Optional<GridStep> grid) {}

  private Stepped step(AggregateSum sum) throws RoundComputationException {
    ModelState model = models.load(base);
    OptimizerState before =
        optimizerState
            .map(digest -> OptimizerState.fromModelState(optimizerStates.load(task, digest)))
            .orElseGet(OptimizerState::empty);
    try {
      var dequantizer = new Dequantizer(sum.parameters());
      var mean = dequantizer.dequantize(sum);
      return new Stepped(
          optimizer.step(model, mean, before),
          optimizer.gridStep(dequantizer.factor(mean.totalWeight()), before));
    } catch (WeightlessSumException | IllegalArgumentException e) { // no weight, or it diverged
      throw new RoundComputationException(String.valueOf(e.getMessage()), e);
    }
  }
}
