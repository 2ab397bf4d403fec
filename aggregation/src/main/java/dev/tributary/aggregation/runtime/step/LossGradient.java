package dev.tributary.aggregation.runtime.step;

import dev.tributary.aggregation.model.Loss;
import dev.tributary.aggregation.model.ModelSpec;

/**
 * The loss of one example and its gradient with respect to the network's values, computed in double
 * with StrictMath and rounded once. Both runtimes use it. One thread at a time.
 */
public final class LossGradient {
  private final Loss loss;
  private final int outputs;
  private final double[] exponentials;

  /** The loss of a specification. */
  public LossGradient(ModelSpec spec) {
    this.loss = spec.loss();
    this.outputs = spec.outputs();
    this.exponentials = new double[outputs];
  }

  /**
   * Writes the gradient of loss / batchSize to {@code gradient[offset .. offset + outputs)}.
   *
   * @param values the network's values, at the same offset
   * @param gradient may be {@code values} itself
   * @param label in [0, classes)
   * @param batchSize how many examples the step averages over
   * @return the loss of the example, undivided
   */
  public double of(float[] values, int offset, int label, int batchSize, float[] gradient) {
    return loss == Loss.SOFTMAX_CROSS_ENTROPY
        ? softmax(values, offset, label, batchSize, gradient)
        : sigmoid(values[offset], offset, label, batchSize, gradient);
  }

  private double softmax(float[] values, int offset, int label, int batchSize, float[] gradient) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < outputs; j++) {
      largest = Math.max(largest, values[offset + j]);
    }
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
      exponentials[j] = StrictMath.exp(values[offset + j] - largest);
      sum += exponentials[j];
    }
    double result = StrictMath.log(sum) + (largest - values[offset + label]);
    for (int j = 0; j < outputs; j++) {
      double probability = exponentials[j] / sum;
      gradient[offset + j] = (float) ((j == label ? probability - 1 : probability) / batchSize);
    }
    return result;
  }

  private static double sigmoid(
      double value, int offset, int label, int batchSize, float[] gradient) {
    double decay = StrictMath.exp(-Math.abs(value));
    double probability = (value >= 0 ? 1 : decay) / (1 + decay);
    gradient[offset] = (float) ((probability - label) / batchSize);
    return Math.max(value, 0) - value * label + StrictMath.log1p(decay);
  }
}
