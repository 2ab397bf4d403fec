package dev.tributary.coordinator.publish.rollout;

import java.time.Duration;
import java.util.List;

/**
 * By which stages a version reaches the devices of a channel.
 *
 * @param permyriads of the devices that get it in each stage, ascending, in [1, 10000]; the last is
 *     10000
 * @param minimumTime that a stage lasts before it is left for the next, however good it looks
 * @param gates between one stage and the next
 */
public record RolloutPlan(List<Integer> permyriads, Duration minimumTime, Gates gates) {

  /** Every device. */
  public static final int ALL = 10_000;

  public RolloutPlan {
    permyriads = List.copyOf(permyriads);
    int before = 0;
    for (int permyriad : permyriads) {
      if (permyriad <= before || permyriad > ALL) {
        throw new IllegalArgumentException(
            "stages: expected ascending shares in 1.." + ALL + " permyriad, got " + permyriads);
      }
      before = permyriad;
    }
    if (before != ALL) {
      throw new IllegalArgumentException(
          "stages: expected the last to be " + ALL + " permyriad, all devices, got " + permyriads);
    }
    if (minimumTime.isNegative()) {
      throw new IllegalArgumentException("minimumTime: expected 0 or more, got " + minimumTime);
    }
  }

  /** 1, 5, 25 and 100 % of the devices, an hour at least for each stage, the usual gates. */
  public static RolloutPlan usual() {
    return new RolloutPlan(List.of(100, 500, 2_500, ALL), Duration.ofHours(1), Gates.usual());
  }

  boolean isLast(int stage) {
    return stage == permyriads.size() - 1;
  }
}
