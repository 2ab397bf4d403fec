package dev.tributary.aggregation.runtime.step;

import dev.tributary.aggregation.model.Loss;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;

/**
 * Counts an evaluation from the values a network gives, one example at a time; both runtimes use
 * it, so that equal values give equal evaluations. The losses are computed in double with {@link
 * StrictMath} and added exactly (see {@link Evaluation}), so neither the order of the examples nor
 * how they were spread over threads shows in the result. One thread at a time.
 */
public final class EvaluationTally {
  private final Loss loss;
  private final int classes;
  private final long[] counts;
  private double lossSum;

  /** A tally of nothing yet. */
  public EvaluationTally(ModelSpec spec) {
    this.loss = spec.loss();
    this.classes = spec.classes();
    this.counts = new long[Math.multiplyExact(classes, classes)];
  }

  /**
   * Adds an example.
   *
   * @param values the network's values, {@code spec.outputs()} of them from {@code offset}
   * @param label its class, in [0, classes)
   */
  public void add(float[] values, int offset, int label) {
    counts[label * classes + prediction(values, offset)]++;
    double exact =
        loss == Loss.SOFTMAX_CROSS_ENTROPY
            ? softmax(values, offset, label)
            : sigmoid(values[offset], label);
    lossSum += Math.rint(exact / Evaluation.LOSS_UNIT) * Evaluation.LOSS_UNIT;
  }

  /** The evaluation of what was added so far. */
  public Evaluation result() {
    ConfusionMatrix confusion = ConfusionMatrix.of(classes, counts);
    return new Evaluation(confusion.total(), lossSum, confusion);
  }

  /** The class of the largest value, the first of equals; a NaN is never the largest. */
  private int prediction(float[] values, int offset) {
    if (loss == Loss.SIGMOID_BINARY_CROSS_ENTROPY) {
      return values[offset] > 0 ? 1 : 0;
    }
    int best = 0;
    for (int label = 1; label < classes; label++) {
      if (values[offset + label] > values[offset + best] || Float.isNaN(values[offset + best])) {
        best = label;
      }
    }
    return best;
  }

  /** log(sum exp(z)) - z[label], shifted by the largest value so that nothing overflows. */
  private double softmax(float[] values, int offset, int label) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < classes; i++) {
      largest = Math.max(largest, values[offset + i]);
    }
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += StrictMath.exp(values[offset + i] - largest);
    }
    return StrictMath.log(sum) + (largest - values[offset + label]);
  }

  /** max(z, 0) - z label + log(1 + exp(-|z|)): never overflows. */
  private static double sigmoid(double value, int label) {
    return Math.max(value, 0) - value * label + StrictMath.log1p(StrictMath.exp(-Math.abs(value)));
  }
}
