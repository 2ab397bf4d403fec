package dev.tributary.aggregation.runtime.step;

/** The loss of one example of a training run, and its gradient. One thread at a time. */
@FunctionalInterface
public interface ExampleLoss {

  /**
   * Writes the gradient of loss / batchSize to {@code gradient[offset .. offset + outputs)}.
   *
   * @param values the network's values, at the same offset
   * @param example which of the run's examples it is
   * @param batchSize how many examples the step averages over
   * @param gradient may be {@code values} itself
   * @return the loss of the example, undivided
   */
  double of(float[] values, int offset, int example, int batchSize, float[] gradient);
}
