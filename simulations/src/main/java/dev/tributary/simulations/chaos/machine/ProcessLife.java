package dev.tributary.simulations.chaos.machine;

import dev.tributary.simulations.chaos.time.SimulatedTime;
import dev.tributary.simulations.chaos.time.SimulatedTime.Handle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * A process from its start to its end: what it wants to happen later happens only while it lives,
 * and only once it goes on when it was stopped meanwhile. One thread at a time.
 */
public final class ProcessLife {
  private static final int LEAST_MICROS = 5;
  private static final int MOST_MICROS = 300;

  private final SimulatedTime time;
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean dead;
  private boolean stopped;

  public ProcessLife(SimulatedTime time) {
    this.time = time;
  }

  public SimulatedTime time() {
    return time;
  }

  public boolean isDead() {
    return dead;
  }

  /** Whether it is neither dead nor stopped. */
  public boolean isRunning() {
    return !dead && !stopped;
  }

  /** From now on nothing of it happens. */
  void kill() {
    dead = true;
    held.clear();
  }

  /** As SIGSTOP does. */
  void stop() {
    stopped = true;
  }

  /** As SIGCONT does: what was to happen meanwhile happens now, in its order. */
  void goOn() {
    stopped = false;
    while (!held.isEmpty()) {
      Runnable action = held.removeFirst();
      time.after(Duration.ZERO, "goes on", () -> run(action));
    }
  }

  /** Unwinds what a dead process still runs. */
  public void requireAlive() {
    if (dead) {
      throw new SimulatedCrash();
    }
  }

  /** Soon, on some thread of the process. */
  public void later(String what, Runnable action) {
    after(time.delay(LEAST_MICROS, MOST_MICROS), what, action);
  }

  /** After this time; what a dead process still asks for never happens. */
  public Handle after(Duration delay, String what, Runnable action) {
    return time.after(delay, what, () -> run(action));
  }

  /** A thread of the process: actions run soon, one after the other in their order. */
  public Executor thread(String name) {
    return new Executor() {
      private long lastNanos;

      @Override
      public void execute(Runnable action) {
        long atNanos = time.nowNanos() + time.delay(LEAST_MICROS, MOST_MICROS).toNanos();
        lastNanos = Math.max(lastNanos, atNanos);
        time.at(lastNanos, name, () -> run(action));
      }
    };
  }

  private void run(Runnable action) {
    if (dead) {
      return;
    }
    if (stopped) {
      held.addLast(action);
      return;
    }
    action.run();
  }
}
