package dev.tributary.coordinator.schedule.retrain;

import dev.tributary.coordinator.publish.rollout.Intervals;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import dev.tributary.coordinator.schedule.retrain.Retraining.DriftRule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells whether the data of devices have moved since a version was first measured. Pure.
 *
 * <p>Two signs, both of sums over devices that evaluation rounds give anyway, so that nothing more
 * is learned of any device:
 *
 * <ul>
 *   <li>the population stability index of the labels and of the predictions, sum over classes of (p
 *       - q) ln(p / q) for the shares p now and q before (Siddiqi 2006: below 0.1 nothing moved,
 *       above 0.25 much did). Each count has half an example added, so that an empty class is no
 *       infinity;
 *   <li>the accuracy: it dropped when the whole 95 % interval of the difference (Newcombe 1998)
 *       lies above the limit.
 * </ul>
 */
public final class DriftCheck {

  private static final double Z95 = 1.959964;
  private static final double SMOOTHING = 0.5;

  private DriftCheck() {}

  /**
   * Why the data count as moved; empty when they do not, or too little is known.
   *
   * @param evaluations of one version, oldest first
   */
  public static Optional<String> moved(DriftRule rule, List<FederatedEvaluation> evaluations) {
    List<ModelMetrics> own =
        evaluations.stream()
            .filter(evaluation -> evaluation.round().task().equals(rule.evaluation()))
            .map(FederatedEvaluation::metrics)
            .filter(metrics -> !metrics.labels().isEmpty()) // before 0.1 they were not kept
            .toList();
    if (own.size() < 2 * rule.window()) {
      return Optional.empty();
    }
    List<ModelMetrics> before = own.subList(0, rule.window());
    List<ModelMetrics> now = own.subList(own.size() - rule.window(), own.size());
    if (examples(before) < rule.minimumExamples() || examples(now) < rule.minimumExamples()) {
      return Optional.empty();
    }
    return unstable("labels", rule, before, now, ModelMetrics::labels)
        .or(() -> unstable("predictions", rule, before, now, ModelMetrics::predictions))
        .or(() -> worse(rule, before, now));
  }

  private static Optional<String> unstable(
      String what,
      DriftRule rule,
      List<ModelMetrics> before,
      List<ModelMetrics> now,
      Function<ModelMetrics, List<Long>> counts) {
    if (rule.stabilityIndex().isEmpty()) {
      return Optional.empty();
    }
    double limit = rule.stabilityIndex().get();
    double index = stabilityIndex(sum(before, counts), sum(now, counts));
    return index > limit
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "drift: the population stability index of the %s is %.3f over %d rounds of %s,"
                    + " above %.3f",
                what,
                index,
                rule.window(),
                rule.evaluation(),
                limit))
        : Optional.empty();
  }

  /**
   * The population stability index of two rows of counts.
   *
   * @param before long[classes]
   * @param now long[classes]
   * @return 0 or more; 0 for no classes
   */
  static double stabilityIndex(long[] before, long[] now) {
    double beforeTotal = total(before);
    double nowTotal = total(now);
    double index = 0;
    for (int i = 0; i < before.length; i++) {
      double q = (before[i] + SMOOTHING) / beforeTotal;
      double p = (now[i] + SMOOTHING) / nowTotal;
      index += (p - q) * Math.log(p / q);
    }
    return index;
  }

  private static double total(long[] counts) {
    double total = 0;
    for (long count : counts) {
      total += count + SMOOTHING;
    }
    return total;
  }

  private static Optional<String> worse(
      DriftRule rule, List<ModelMetrics> before, List<ModelMetrics> now) {
    if (rule.accuracyDrop().isEmpty()) {
      return Optional.empty();
    }
    double limit = rule.accuracyDrop().get();
    Intervals.Interval drop =
        Intervals.difference(right(before), examples(before), right(now), examples(now), Z95);
    return drop.low() > limit
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "drift: accuracy dropped by %.3f to %.3f over %d rounds of %s, more than %.3f",
                drop.low(),
                drop.high(),
                rule.window(),
                rule.evaluation(),
                limit))
        : Optional.empty();
  }

  private static long examples(List<ModelMetrics> rounds) {
    return rounds.stream().mapToLong(ModelMetrics::examples).sum();
  }

  private static long right(List<ModelMetrics> rounds) {
    return rounds.stream()
        .mapToLong(metrics -> Math.round(metrics.accuracy() * metrics.examples()))
        .sum();
  }

  /** Of rounds whose counts were kept; the same number of classes in each. */
  private static long[] sum(List<ModelMetrics> rounds, Function<ModelMetrics, List<Long>> counts) {
    int classes = rounds.getFirst().recall().size();
    long[] sum = new long[classes];
    for (ModelMetrics metrics : rounds) {
      List<Long> row = counts.apply(metrics);
      for (int i = 0; i < row.size(); i++) {
        sum[i] += row.get(i);
      }
    }
    return sum;
  }
}
