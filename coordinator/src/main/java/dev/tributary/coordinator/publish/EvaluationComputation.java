package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.EvaluationEncoding;
import dev.tributary.coordinator.registry.ModelMetrics;
import java.util.Optional;

/**
 * AggregateSum of confusion counts and losses -> metrics of the evaluated model over all devices.
 *
 * @param evaluated the model that the devices measured
 * @param bytes size of its file
 */
public record EvaluationComputation(ModelDigest evaluated, long bytes) implements RoundComputation {

  @Override
  public ComputedResult compute(AggregateSum sum) throws RoundComputationException {
    Evaluation together = EvaluationEncoding.decode(sum);
    if (together.examples() == 0) {
      throw new RoundComputationException(
          "the " + sum.devices() + " devices had no examples to evaluate on");
    }
    return new ComputedResult(
        evaluated, bytes, sum.devices(), Optional.empty(), Optional.of(ModelMetrics.of(together)));
  }
}
