package dev.tributary.coordinator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Time that passes when a test says so. Alarms ring, in order, on the thread that moves the time.
 */
public final class SimulatedTimeline implements Timeline {
  private final PriorityQueue<Ring> rings =
      new PriorityQueue<>(Comparator.comparing(ring -> ring.when));
  private Instant now = Instant.parse("2026-11-23T00:00:00Z");

  private static final class Ring {
    final Instant when;
    final Runnable action;

    Ring(Instant when, Runnable action) {
      this.when = when;
      this.action = action;
    }
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized Alarm at(Instant when, Runnable action) {
    var ring = new Ring(when, action);
    rings.add(ring);
    return () -> cancel(ring);
  }

  /** Lets time pass; runs what is due on the way. */
  public void advance(Duration time) {
    Instant end = now().plus(time);
    for (var due = due(end); due.isPresent(); due = due(end)) {
      due.get().action.run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized Optional<Ring> due(Instant end) {
    var first = rings.peek();
    if (first == null || first.when.isAfter(end)) {
      return Optional.empty();
    }
    rings.remove();
    now = first.when.isAfter(now) ? first.when : now;
    return Optional.of(first);
  }

  private synchronized void cancel(Ring ring) {
    rings.remove(ring);
  }
}
