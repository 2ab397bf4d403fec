package dev.tributary.coordinator.schedule.live;

import dev.tributary.coordinator.schedule.Timeline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Questions that wait for a round to move on (long polls). Touched only by the lane of its task.
 */
final class Waiters {
  private final Timeline timeline;
  private final Executor lane;
  private final Map<BooleanSupplier, Timeline.Alarm> waiting = new LinkedHashMap<>();

  Waiters(Timeline timeline, Executor lane) {
    this.timeline = timeline;
    this.lane = lane;
  }

  /**
   * Answers now, or when the round has moved on, or gives up.
   *
   * @param tryAnswer answers and says true, or says false
   * @param giveUp runs instead after {@code maxWait}
   */
  void await(BooleanSupplier tryAnswer, Duration maxWait, Runnable giveUp) {
    if (tryAnswer.getAsBoolean()) {
      return;
    }
    if (!maxWait.isPositive()) {
      giveUp.run();
      return;
    }
    waiting.put(
        tryAnswer,
        timeline.at(
            timeline.now().plus(maxWait),
            () ->
                lane.execute(
                    () -> {
                      if (waiting.remove(tryAnswer) != null) {
                        giveUp.run();
                      }
                    })));
  }

  /** Asks everyone who waits to look again. */
  void review() {
    for (var tryAnswer : List.copyOf(waiting.keySet())) {
      if (tryAnswer.getAsBoolean()) {
        var alarm = waiting.remove(tryAnswer);
        if (alarm != null) {
          alarm.cancel();
        }
      }
    }
  }
}
