package dev.tributary.coordinator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's time, made monotonic: the wall clock is read once and then only its elapsed time is
 * added, so that a clock that is set back or forth moves no deadline. Actions run on one daemon
 * thread.
 */
public final class SystemTimeline implements Timeline, AutoCloseable {
  private final Instant startedAt = Instant.now();
  private final long startedNanos = System.nanoTime();
  private final ScheduledThreadPoolExecutor alarms =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timeline").factory());

  public SystemTimeline() {
    alarms.setRemoveOnCancelPolicy(true);
    alarms.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant now() {
    return startedAt.plusNanos(System.nanoTime() - startedNanos);
  }

  @Override
  public Alarm at(Instant when, Runnable action) {
    long delayNanos = Math.max(0, Duration.between(now(), when).toNanos());
    var scheduled = alarms.schedule(action, delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** No alarm rings any more. */
  @Override
  public void close() {
    alarms.shutdownNow();
  }
}
