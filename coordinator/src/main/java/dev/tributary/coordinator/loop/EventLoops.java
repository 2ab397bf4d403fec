package dev.tributary.coordinator.loop;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/**
 * The threads that serve requests: those of Vert.x, or those of a simulation. Safe on any thread.
 */
public interface EventLoops {
  /**
   * The loop that the caller runs on. What is executed there runs in order and never at the same
   * time as other work of that loop; never within the call.
   */
  Executor current();

  /**
   * Runs what may block on another thread, side by side with other such work. Heard on the caller's
   * loop; fails with whatever the work throws.
   */
  <T> Future<T> blocking(Callable<T> work);

  /** The event loops and workers of Vert.x. */
  static EventLoops of(Vertx vertx) {
    return new VertxLoops(vertx);
  }
}
