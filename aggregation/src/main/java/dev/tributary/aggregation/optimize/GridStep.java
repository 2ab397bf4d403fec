package dev.tributary.aggregation.optimize;

import dev.tributary.aggregation.kernels.Dequantization;

/**
 * A server step that depends on nothing but whole numbers: each weight moves by as many grid steps
 * as the round's sum says. Who knows the base, this and the whole numbers has the next version bit
 * for bit, and the whole numbers are far shorter than the weights.
 *
 * @param factor what one step of the sum stands for in the mean update, above 0 and finite
 * @param learningRate of the server, above 0 and finite
 */
public record GridStep(double factor, float learningRate) {

  public GridStep {
    if (!(factor > 0)
        || Double.isInfinite(factor)
        || !(learningRate > 0)
        || Float.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "grid step: expected a factor and a learning rate above 0 and finite, got "
              + factor
              + " and "
              + learningRate);
    }
  }

  /**
   * Where a weight is after the step, by the arithmetic of {@link Dequantizer} and the optimiser.
   */
  public float moved(float weight, int steps) {
    return FedAvg.moved(weight, learningRate, Dequantization.real(steps, factor));
  }

  /** The distance between neighbouring results, before rounding. */
  public double length() {
    return factor * learningRate;
  }
}
