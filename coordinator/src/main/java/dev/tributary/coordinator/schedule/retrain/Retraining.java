package dev.tributary.coordinator.schedule.retrain;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A finished task's rule for training again, from its newest version on and for as many rounds as
 * before, and for what becomes of the result.
 *
 * @param every so long after it finished, 1 s to ten years; absent: not for the time alone
 * @param drift when the devices' data have moved; absent: not for that
 * @param promotion where a finished run's version goes by itself; absent: nowhere
 */
public record Retraining(
    Optional<Duration> every, Optional<DriftRule> drift, Optional<PromotionRule> promotion) {

  /** Ten years. */
  public static final long MOST_SECONDS = 3650L * 86_400;

  public Retraining {
    every.ifPresent(
        time ->
            require(
                time.toSeconds() >= 1 && time.toSeconds() <= MOST_SECONDS,
                "everySeconds: expected 1 to " + MOST_SECONDS + ", got " + time.toSeconds()));
  }

  /**
   * When data count as moved. The first rounds of an evaluation task that measured the newest
   * version are compared with the last ones; see {@link DriftCheck}.
   *
   * @param evaluation the evaluation task
   * @param window rounds on each side, at least 1
   * @param stabilityIndex of labels or predictions above which they have moved, above 0; absent:
   *     not looked at
   * @param accuracyDrop that is too much, in (0, 1); absent: not looked at
   * @param minimumExamples on each side, at least 1: fewer say nothing
   */
  public record DriftRule(
      TaskName evaluation,
      int window,
      Optional<Double> stabilityIndex,
      Optional<Double> accuracyDrop,
      long minimumExamples) {

    public DriftRule {
      require(window >= 1, "drift.window: expected at least 1, got " + window);
      require(
          minimumExamples >= 1,
          "drift.minimumExamples: expected at least 1, got " + minimumExamples);
      stabilityIndex.ifPresent(
          index ->
              require(
                  index > 0 && index < Double.POSITIVE_INFINITY,
                  "drift.stabilityIndex: expected above 0, got " + index));
      accuracyDrop.ifPresent(
          drop ->
              require(
                  drop > 0 && drop < 1,
                  "drift.accuracyDrop: expected between 0 and 1, got " + drop));
      require(
          stabilityIndex.isPresent() || accuracyDrop.isPresent(),
          "drift: expected stabilityIndex, accuracyDrop or both");
    }
  }

  /**
   * Where the version goes that a run ended with.
   *
   * @param channel of the task's population
   * @param kinds of artifacts besides float32
   * @param plan by which stages; absent: to all devices at once
   * @param approval whether an operator has to approve it first
   */
  public record PromotionRule(
      ChannelName channel, Set<ArtifactKind> kinds, Optional<RolloutPlan> plan, boolean approval) {

    public PromotionRule {
      kinds = Set.copyOf(kinds);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
