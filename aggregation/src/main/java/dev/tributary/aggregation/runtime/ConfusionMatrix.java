package dev.tributary.aggregation.runtime;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How often an example of one class was taken for another: counts {@code [classes][classes]}, row
 * the true class, column the predicted. Immutable; {@link #merge} adds, so the sum over devices is
 * that of all their examples, in any order.
 *
 * <p>A quotient of nothing by nothing is 0, as scikit-learn's {@code zero_division=0}: a class that
 * was never predicted has precision 0, one without examples has recall 0, and both count in the
 * macro averages, which are means over all classes.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  private ConfusionMatrix(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
  }

  /** The matrix of no examples. */
  public static ConfusionMatrix empty(int classes) {
    return of(classes, new long[Math.multiplyExact(classes, classes)]);
  }

  /**
   * The matrix of these counts, copied.
   *
   * @param counts row-major {@code [classes * classes]}, each at least 0
   * @throws IllegalArgumentException when there are fewer than two classes, the length is wrong or
   *     a count is negative
   */
  public static ConfusionMatrix of(int classes, long[] counts) {
    if (classes < 2 || counts.length != (long) classes * classes) {
      throw new IllegalArgumentException(
          "a confusion matrix of %d classes (at least 2) has %d counts, not %d"
              .formatted(classes, (long) classes * classes, counts.length));
    }
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw new IllegalArgumentException(
            "class %d taken for class %d was counted %d times; a count is at least 0"
                .formatted(i / classes, i % classes, counts[i]));
      }
    }
    return new ConfusionMatrix(classes, counts.clone());
  }

  /** How many classes there are. */
  public int classes() {
    return classes;
  }

  /** How many examples of class {@code actual} were taken for {@code predicted}. */
  public long count(int actual, int predicted) {
    return counts[checked(actual) * classes + checked(predicted)];
  }

  /** A copy of the counts, row-major. */
  public long[] toArray() {
    return counts.clone();
  }

  /** How many examples there are. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /** How many examples of a class there are. */
  public long actual(int label) {
    return IntStream.range(0, classes).mapToLong(predicted -> count(label, predicted)).sum();
  }

  /** How many examples were taken for a class. */
  public long predicted(int label) {
    return IntStream.range(0, classes).mapToLong(actual -> count(actual, label)).sum();
  }

  /** The share of examples whose class was told right; 0 without examples. */
  public double accuracy() {
    return quotient(
        IntStream.range(0, classes).mapToLong(label -> count(label, label)).sum(), total());
  }

  /** The share of a class's examples that were told right. */
  public double recall(int label) {
    return quotient(count(label, label), actual(label));
  }

  /** The share of the examples taken for a class that are of it. */
  public double precision(int label) {
    return quotient(count(label, label), predicted(label));
  }

  /**
   * The harmonic mean of precision and recall of a class: 2 true positives / (actual + predicted).
   */
  public double f1(int label) {
    return quotient(2 * count(label, label), actual(label) + predicted(label));
  }

  /** The mean recall over all classes. */
  public double macroRecall() {
    return IntStream.range(0, classes).mapToDouble(this::recall).sum() / classes;
  }

  /** The mean precision over all classes. */
  public double macroPrecision() {
    return IntStream.range(0, classes).mapToDouble(this::precision).sum() / classes;
  }

  /** The mean F1 over all classes. */
  public double macroF1() {
    return IntStream.range(0, classes).mapToDouble(this::f1).sum() / classes;
  }

  /**
   * The matrix of both sets of examples.
   *
   * @throws IllegalArgumentException when the numbers of classes differ
   * @throws ArithmeticException when a count leaves the range of a long
   */
  public ConfusionMatrix merge(ConfusionMatrix other) {
    if (classes != other.classes) {
      throw new IllegalArgumentException(
          "confusion matrices of "
              + classes
              + " and of "
              + other.classes
              + " classes cannot be added");
    }
    long[] sum = new long[counts.length];
    Arrays.setAll(sum, i -> Math.addExact(counts[i], other.counts[i]));
    return new ConfusionMatrix(classes, sum);
  }

  private int checked(int label) {
    return Objects.checkIndex(label, classes);
  }

  private static double quotient(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix matrix
        && classes == matrix.classes
        && Arrays.equals(counts, matrix.counts);
  }

  @Override
  public int hashCode() {
    return 31 * classes + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "ConfusionMatrix[classes="
        + classes
        + ", total="
        + total()
        + ", accuracy="
        + accuracy()
        + "]";
  }
}
