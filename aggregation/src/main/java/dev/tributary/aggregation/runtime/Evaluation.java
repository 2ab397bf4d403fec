package dev.tributary.aggregation.runtime;

/**
 * How well a model does on some examples.
 *
 * @param examples how many there were, at least 0
 * @param lossSum sum of their losses, each rounded to a multiple of {@link #LOSS_UNIT}, so that up
 *     to 2^33 the sum is exact and does not depend on the order of adding; infinite or NaN when the
 *     model has diverged
 * @param confusion how often which class was taken for which; its total is {@code examples}
 */
public record Evaluation(long examples, double lossSum, ConfusionMatrix confusion) {
  /** The grain of a loss: 2^-20. */
  public static final double LOSS_UNIT = 0x1p-20;

  /**
   * Refuses counts that do not agree.
   *
   * @throws IllegalArgumentException when {@code examples} is not the total of the matrix
   */
  public Evaluation {
    if (examples != confusion.total()) {
      throw new IllegalArgumentException(
          "the confusion matrix counts "
              + confusion.total()
              + " examples, but there are "
              + examples);
    }
  }

  /** The evaluation of no examples. */
  public static Evaluation empty(int classes) {
    return new Evaluation(0, 0, ConfusionMatrix.empty(classes));
  }

  /** The evaluation of both sets of examples. */
  public Evaluation merge(Evaluation other) {
    return new Evaluation(
        Math.addExact(examples, other.examples),
        lossSum + other.lossSum,
        confusion.merge(other.confusion));
  }

  /** The share of examples told right; 0 without examples. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /** The mean loss an example; 0 without examples. */
  public double meanLoss() {
    return examples == 0 ? 0 : lossSum / examples;
  }

  /** The mean F1 over all classes. */
  public double macroF1() {
    return confusion.macroF1();
  }
}
