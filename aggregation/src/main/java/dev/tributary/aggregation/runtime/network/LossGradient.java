package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.model.Loss;

/**
 * The loss of one example and its gradient with respect to the network's values, computed in double with StrictMath and
 * rounded once.
 */
final class LossGradient {
  private final Loss loss;
  private final int outputs;
  private final double[] exponentials;

  LossGradient(Loss loss, int outputs) {
    this.loss = loss;
    this.outputs = outputs;
    this.exponentials = new double[outputs];
  }

  /**
   * Writes the gradient of loss / batchSize to {@code gradient[0 .. outputs)}.
   *
   * @return the loss of the example, undivided
   */
  double of(float[] values, int label, int batchSize, float[] gradient) {
    return loss == Loss.SOFTMAX_CROSS_ENTROPY
        ? softmax(values, label, batchSize, gradient)
        : sigmoid(values[0], label, batchSize, gradient);
  }

  private double softmax(float[] values, int label, int batchSize, float[] gradient) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < outputs; j++) {
      largest = Math.max(largest, values[j]);
    }
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
      exponentials[j] = StrictMath.exp(values[j] - largest);
      sum += exponentials[j];
    }
    for (int j = 0; j < outputs; j++) {
      double probability = exponentials[j] / sum;
      gradient[j] = (float) ((j == label ? probability - 1 : probability) / batchSize);
    }
    return StrictMath.log(sum) + (largest - values[label]);
  }

  private static double sigmoid(double value, int label, int batchSize, float[] gradient) {
    double decay = StrictMath.exp(-Math.abs(value));
    double probability = (value >= 0 ? 1 : decay) / (1 + decay);
    gradient[0] = (float) ((probability - label) / batchSize);
    return Math.max(value, 0) - value * label + StrictMath.log1p(decay);
  }
}
