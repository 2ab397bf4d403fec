package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.mask.AggregateSum;

/**
 * From the sum of a round to its result. Blocks and computes: runs on a worker, never on an event
 * loop.
 */
@FunctionalInterface
public interface RoundComputation {
  /**
   * Computes the result and makes its file durable.
   *
   * @param sum used up
   * @throws RoundComputationException when this sum has no result, with the reason
   */
  ComputedResult compute(AggregateSum sum) throws RoundComputationException;
}
