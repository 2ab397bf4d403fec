package dev.tributary.simulations.chaos.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The time of one world and everything that will happen in it. Time passes by doing the next thing:
 * what is due first, and among what is due together what was asked for first. One thread at a time.
 */
public final class SimulatedTime {
  private final PriorityQueue<Event> due =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.atNanos)
              .thenComparingLong(event -> event.order));
  private final SplittableRandom random;
  private final Trace trace = new Trace();
  private long nowNanos;
  private long nextOrder;

  /** Something that has not happened yet. */
  public interface Handle {
    /** It does not happen; without effect when it has. */
    void cancel();
  }

  private static final class Event {
    final long atNanos;
    final long order;
    final String what;
    final Runnable action;

    Event(long atNanos, long order, String what, Runnable action) {
      this.atNanos = atNanos;
      this.order = order;
      this.what = what;
      this.action = action;
    }
  }

  /** A time that begins at 0, with delays drawn from a seed. */
  public SimulatedTime(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Since the beginning of the world. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Since the beginning of the world. */
  public Duration now() {
    return Duration.ofNanos(nowNanos);
  }

  /** The randomness of this world: drawn from in the order in which things happen. */
  public SplittableRandom random() {
    return random;
  }

  /** What has happened so far. */
  public Trace trace() {
    return trace;
  }

  /** A delay between these, both in microseconds. */
  public Duration delay(int leastMicros, int mostMicros) {
    return Duration.ofNanos(1000L * random.nextInt(leastMicros, mostMicros + 1));
  }

  /** Lets something happen after this time. */
  public Handle after(Duration delay, String what, Runnable action) {
    return at(nowNanos + Math.max(0, delay.toNanos()), what, action);
  }

  /** Lets something happen at this time, or now if that has passed. */
  public Handle at(long nanos, String what, Runnable action) {
    var event = new Event(Math.max(nowNanos, nanos), nextOrder++, what, action);
    due.add(event);
    return () -> due.remove(event);
  }

  /** Does the next thing unless it is due after {@code untilNanos}; false when there is none. */
  public boolean next(long untilNanos) {
    var event = due.peek();
    if (event == null || event.atNanos > untilNanos) {
      return false;
    }
    due.remove();
    nowNanos = event.atNanos;
    trace.add(nowNanos, event.what);
    event.action.run();
    return true;
  }

  /** Lets the time until then pass in which nothing happens. */
  public void passUntil(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }
}
