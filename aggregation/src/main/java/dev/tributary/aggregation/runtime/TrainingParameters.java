package dev.tributary.aggregation.runtime;

/**
 * How a device trains: plain stochastic gradient descent with momentum (PyTorch's {@code SGD}: v =
 * momentum v + g, w = w - learningRate v, v = 0 at the start). Part of a round's manifest.
 *
 * @param epochs passes over the examples, in [1, 1000]
 * @param batchSize examples a step, in [1, 65536]; the last batch of an epoch may be smaller and is
 *     averaged over its own size
 * @param learningRate positive and finite
 * @param momentum in [0, 1)
 */
public record TrainingParameters(int epochs, int batchSize, float learningRate, float momentum) {
  private static final int MAX_EPOCHS = 1000;
  private static final int MAX_BATCH_SIZE = 1 << 16;

  /**
   * Refuses values outside their ranges.
   *
   * @throws IllegalArgumentException naming the value and its range
   */
  public TrainingParameters {
    if (epochs < 1 || epochs > MAX_EPOCHS) {
      throw new IllegalArgumentException(
          "epochs is " + epochs + "; it is in [1, " + MAX_EPOCHS + "]");
    }
    if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
      throw new IllegalArgumentException(
          "batchSize is " + batchSize + "; it is in [1, " + MAX_BATCH_SIZE + "]");
    }
    if (!(learningRate > 0 && learningRate < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learningRate is " + learningRate + "; it is positive and finite");
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum is " + momentum + "; it is in [0, 1)");
    }
  }

  /** How many steps this many examples take. */
  public long steps(int exampleCount) {
    return (long) epochs * ((exampleCount + batchSize - 1L) / batchSize);
  }
}
