package dev.tributary.coordinator.publish.rollout;

import java.util.Optional;

/**
 * What a version must show in a stage before more devices get it. Rates are compared by the bounds
 * of their intervals: a limit is kept when the interval is below it, broken when it is above, and
 * open, so that the stage is held, when the limit lies inside.
 *
 * @param minimumDevices that must have reported, at least 1
 * @param minimumCalls of the model that they must have made, at least 1
 * @param maximumLoadFailureRate in [0, 1]
 * @param maximumCallFailureRate in [0, 1]
 * @param maximumCrashRate crashes for each load, in [0, 1]
 * @param maximumLatencyRatio of the 95th percentile to that of the released version, above 0;
 *     infinite for no limit
 * @param maximumAccuracyLoss against the released version, as a difference in [0, 1]; absent: not
 *     asked for
 * @param minimumRecall that every class must reach, in [0, 1]; absent: not asked for
 * @param z of the confidence intervals, above 0: 1.96 for 95 %
 */
public record Gates(
    long minimumDevices,
    long minimumCalls,
    double maximumLoadFailureRate,
    double maximumCallFailureRate,
    double maximumCrashRate,
    double maximumLatencyRatio,
    Optional<Double> maximumAccuracyLoss,
    Optional<Double> minimumRecall,
    double z) {

  public Gates {
    requireAtLeastOne("minimumDevices", minimumDevices);
    requireAtLeastOne("minimumCalls", minimumCalls);
    requireShare("maximumLoadFailureRate", maximumLoadFailureRate);
    requireShare("maximumCallFailureRate", maximumCallFailureRate);
    requireShare("maximumCrashRate", maximumCrashRate);
    requirePositive("maximumLatencyRatio", maximumLatencyRatio);
    maximumAccuracyLoss.ifPresent(loss -> requireShare("maximumAccuracyLoss", loss));
    minimumRecall.ifPresent(recall -> requireShare("minimumRecall", recall));
    requirePositive("z", z);
  }

  /**
   * 20 devices and 200 calls; at most 5 % failed loads, 1 % failed calls, 5 % crashes, a 95th
   * percentile at most half as slow again, and one point of accuracy lost; 95 % confidence.
   */
  public static Gates usual() {
    return new Gates(20, 200, 0.05, 0.01, 0.05, 1.5, Optional.of(0.01), Optional.empty(), 1.959964);
  }

  private static void requireAtLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
    }
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": expected 0 to 1, got " + value);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + ": expected above 0, got " + value);
    }
  }
}
