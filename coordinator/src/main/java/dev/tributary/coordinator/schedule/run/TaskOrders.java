package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.store.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * What operators order of one task. Pausing and resuming take effect at once and are answered when
 * they are on disk; what could not be saved is taken back. A new run begins when that is on disk.
 * Futures fail with {@link RejectedException} WRONG_STATE when the order does not fit where the
 * task stands. Touched only by the task's lane.
 */
final class TaskOrders {
  private final TaskConfig config;
  private final TaskStanding standing;
  private final Executor lane;
  private final Runnable finishIfDone;
  private final Runnable cancelSelecting;
  private final BooleanSupplier isIdle;

  TaskOrders(
      TaskConfig config,
      TaskStanding standing,
      Executor lane,
      Runnable finishIfDone,
      Runnable cancelSelecting,
      BooleanSupplier isIdle) {
    this.config = config;
    this.standing = standing;
    this.lane = lane;
    this.finishIfDone = finishIfDone;
    this.cancelSelecting = cancelSelecting;
    this.isIdle = isIdle;
  }

  /** Takes no devices until it is resumed. */
  Future<?> pause() {
    return unlessFinished(TaskStatus.PAUSED, "paused by an operator", cancelSelecting);
  }

  /** The reverse of {@link #pause}; finishes a task that reached its end while it was paused. */
  Future<?> resume() {
    return unlessFinished(TaskStatus.RUNNING, "resumed by an operator", finishIfDone);
  }

  /** Runs a finished task again, when its last round has ended. */
  Future<?> retrain(String why) {
    if (config.retraining().isEmpty()) {
      return refused(
          "task "
              + config.name()
              + " has no retraining in its configuration, so that nothing was kept to go on from");
    }
    if (standing.status() != TaskStatus.FINISHED) {
      return refused("task " + config.name() + " is not finished: " + standing.reason());
    }
    if (!isIdle.getAsBoolean()) {
      return refused("task " + config.name() + " is finished, but its last round still reports");
    }
    Promise<Integer> answer = Promise.promise();
    standing
        .saveBeginning(why)
        .onComplete(
            saved ->
                lane.execute(
                    () -> {
                      standing.begun(why);
                      answer.complete(saved);
                    }),
            answer::fail);
    return answer.future();
  }

  private Future<?> unlessFinished(TaskStatus next, String why, Runnable then) {
    return standing.status() == TaskStatus.FINISHED
        ? refused("task " + config.name() + " is finished: " + standing.reason())
        : order(next, why, then);
  }

  private Future<?> order(TaskStatus next, String why, Runnable then) {
    var before = standing.status();
    var because = standing.reason();
    Promise<Integer> answer = Promise.promise();
    standing
        .set(next, why)
        .onComplete(
            saved ->
                lane.execute(
                    () -> {
                      if (standing.status() == next) {
                        then.run();
                      }
                      answer.complete(saved);
                    }),
            failure ->
                lane.execute(
                    () -> {
                      standing.withdraw(next, before, because);
                      finishIfDone.run();
                      answer.fail(failure);
                    }));
    return answer.future();
  }

  private static Future<?> refused(String detail) {
    return Future.failedFuture(new RejectedException(RejectReason.WRONG_STATE, detail));
  }
}
