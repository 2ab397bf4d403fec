package dev.tributary.aggregation.runtime;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;

/**
 * An evaluation as the integers of a sum, so that it passes through the same masks as an update and
 * the coordinator sees only the total: lane {@code actual * classes + predicted} carries a count of
 * the confusion matrix, the last lane the sum of losses in units of 2^-10. No noise and no rounding
 * of counts: the decoded sum is the exact sum of what was encoded.
 *
 * <p>A loss sum that does not fit the lane's 32 bits (4 194 304 and above, infinite, or NaN: a
 * model that has diverged) is encoded as the largest lane, so that it can only make the mean worse,
 * never better.
 */
public final class EvaluationEncoding {
  private static final double UNITS_PER_LOSS = 1 << 10;

  private EvaluationEncoding() {}

  /**
   * The lanes of an evaluation.
   *
   * @param parameters those of {@link QuantizationParameters#forEvaluation} for its number of
   *     classes
   * @throws IllegalArgumentException when the parameters are for another number of classes, or a
   *     count does not fit a lane
   */
  public static QuantizedUpdate encode(Evaluation evaluation, QuantizationParameters parameters) {
    int classes = classes(parameters);
    if (evaluation.confusion().classes() != classes) {
      throw new IllegalArgumentException(
          "the parameters are for "
              + classes
              + " classes, but the evaluation has "
              + evaluation.confusion().classes());
    }
    int[] lanes = new int[parameters.vectorLength()];
    for (int cell = 0; cell < classes * classes; cell++) {
      long count = evaluation.confusion().count(cell / classes, cell % classes);
      if (count > parameters.maxLane()) {
        throw new IllegalArgumentException(
            "a count of the confusion matrix is "
                + count
                + "; a lane holds at most "
                + parameters.maxLane());
      }
      lanes[cell] = (int) count;
    }
    lanes[classes * classes] = (int) lossUnits(evaluation.lossSum(), parameters.maxLane());
    return new QuantizedUpdate(parameters, lanes);
  }

  /**
   * The evaluation of all devices of a sum together.
   *
   * @throws IllegalArgumentException when the sum is not one of evaluations
   */
  public static Evaluation decode(AggregateSum sum) {
    int classes = classes(sum.parameters());
    long[] counts = new long[classes * classes];
    for (int cell = 0; cell < counts.length; cell++) {
      counts[cell] = sum.at(cell);
    }
    ConfusionMatrix confusion = ConfusionMatrix.of(classes, counts);
    return new Evaluation(confusion.total(), sum.at(counts.length) / UNITS_PER_LOSS, confusion);
  }

  private static long lossUnits(double lossSum, long most) {
    double units = Math.rint(lossSum * UNITS_PER_LOSS);
    return units >= 0 && units < most ? (long) units : most; // NaN, too, is most
  }

  private static int classes(QuantizationParameters parameters) {
    int classes = (int) Math.round(Math.sqrt(parameters.parameters()));
    if (classes < 2
        || (long) classes * classes != parameters.parameters()
        || !parameters.equals(
            QuantizationParameters.forEvaluation(classes, parameters.maxDevices()))) {
      throw new IllegalArgumentException(
          "these are not the parameters of an evaluation: " + parameters);
    }
    return classes;
  }
}
