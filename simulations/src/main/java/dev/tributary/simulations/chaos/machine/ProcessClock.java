package dev.tributary.simulations.chaos.machine;

import dev.tributary.coordinator.schedule.Timeline;
import java.time.Duration;
import java.time.Instant;

/**
 * The time that a process schedules by: the wall clock is read once, when it starts, and then only
 * what has passed is added, as the machine's timeline does it.
 */
final class ProcessClock implements Timeline {
  private final ProcessLife life;
  private final Instant startedAt;
  private final long startedNanos;

  ProcessClock(ProcessLife life, Instant wall) {
    this.life = life;
    this.startedAt = wall;
    this.startedNanos = life.time().nowNanos();
  }

  @Override
  public Instant now() {
    return startedAt.plusNanos(life.time().nowNanos() - startedNanos);
  }

  @Override
  public Alarm at(Instant when, Runnable action) {
    var handle = life.after(Duration.between(now(), when), "alarm", action);
    return handle::cancel;
  }
}
