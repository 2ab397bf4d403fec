package dev.tributary.coordinator.schedule.live;

import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.coordinator.schedule.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one deadline that a round has at a time. Touched only by the lane of its task. */
final class RoundDeadline {
  /** The longest that a device waits between two attempts within a round. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Timeline timeline;
  private final Executor lane;
  private final Consumer<Phase> otherwise;
  private final Map<Phase, Runnable> actions = new EnumMap<>(Phase.class);
  private Timeline.@Nullable Alarm alarm;

  /**
   * No deadline yet.
   *
   * @param otherwise what happens at the deadline of a phase that has no action of its own
   */
  RoundDeadline(Timeline timeline, Executor lane, Consumer<Phase> otherwise) {
    this.timeline = timeline;
    this.lane = lane;
    this.otherwise = otherwise;
  }

  /** Replaces what happens at a deadline: what is under way may have to be in first. */
  void onReaching(Phase phase, Runnable action) {
    actions.put(phase, action);
  }

  void set(Phase phase, Instant at) {
    setAlarm(at, () -> actions.getOrDefault(phase, () -> otherwise.accept(phase)).run());
  }

  /**
   * Sets a deadline from before a restart. It is not to fall into the time in which nobody was
   * there to meet it: devices that have been trying again get the time for one more attempt, if the
   * phase was that long at all. Nor is it later than the phase is long: the clock may have been set
   * back meanwhile.
   */
  void setAgain(Phase phase, Instant before, RoundPlan plan) {
    Duration length =
        switch (phase) {
          case SELECTION -> plan.selection();
          case REPORTING -> plan.reporting();
          case ADVERTISING, SHARING, CONFIRMING, UNMASKING ->
              plan.secureAggregation().map(SecureAggregation::step).orElse(GRACE);
        };
    Instant soonest = timeline.now().plus(length.compareTo(GRACE) < 0 ? length : GRACE);
    Instant latest = timeline.now().plus(length);
    Instant inTime = before.isAfter(latest) ? latest : before;
    set(phase, inTime.isBefore(soonest) ? soonest : inTime);
  }

  /** Runs an action on the lane at a time, instead of any deadline. */
  void setAlarm(Instant at, Runnable action) {
    cancel();
    alarm = timeline.at(at, () -> lane.execute(action));
  }

  void cancel() {
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
  }
}
