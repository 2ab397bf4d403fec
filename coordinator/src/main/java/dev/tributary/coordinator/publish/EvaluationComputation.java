package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.model.ModelDigest;
import java.util.Optional;

/**
 * AggregateSum of confusion counts and losses -> metrics of the evaluated model over all devices.
 *
 * @param evaluated the model that the devices measured
 * @param bytes size of its file
 */
public record EvaluationComputation(int classes, ModelDigest evaluated, long bytes) implements RoundComputation {

  @Override
  public ComputedResult compute(AggregateSum sum) throws RoundComputationException {
    return new ComputedResult(evaluated, bytes, sum.devices(), Optional.empty(), Optional.empty());
  }
}
