package dev.tributary.aggregation.optimize;

import dev.tributary.aggregation.model.ModelState;
import java.util.Optional;

/**
 * The rule by which the mean update of a round moves the global model. A pure function: a round can
 * be replayed.
 */
public sealed interface ServerOptimizer permits FedAvg {

  /**
   * The next model.
   *
   * @param model the version that the devices trained from; not changed
   * @param mean of the same dimension; not changed
   * @param state what the step before left; not changed
   * @throws IllegalArgumentException if dimensions differ, or the next model would have a value
   *     that is not finite
   */
  OptimizedModel step(ModelState model, MeanUpdate mean, OptimizerState state);

  /**
   * The same step as whole numbers; empty when more goes into it than the sum of its round.
   *
   * @param factor of the mean, from {@link Dequantizer#factor}
   * @param before what {@link #step} was given
   */
  Optional<GridStep> gridStep(double factor, OptimizerState before);
}
