package dev.tributary.simulations.chaos.machine;

import dev.tributary.coordinator.loop.EventLoops;
import dev.tributary.coordinator.schedule.work.RoundThreads;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/** The event loops, lanes and workers of a simulated process: all of them are its time. */
record ProcessThreads(ProcessLife life) implements EventLoops, RoundThreads {

  @Override
  public Executor current() {
    return life.thread("event loop");
  }

  @Override
  public <T> Future<T> blocking(Callable<T> work) {
    Promise<T> answer = Promise.promise();
    life.later(
        "blocking work",
        () -> {
          T value;
          try {
            value = work.call();
          } catch (Exception e) {
            life.later("blocking work failed", () -> answer.fail(e));
            return;
          }
          life.later("blocking work done", () -> answer.complete(value));
        });
    return answer.future();
  }

  @Override
  public Executor lanes() {
    return action -> life.later("lane", action);
  }

  @Override
  public Executor workers() {
    return action -> life.later("worker", action);
  }

  @Override
  public void close() {}
}
