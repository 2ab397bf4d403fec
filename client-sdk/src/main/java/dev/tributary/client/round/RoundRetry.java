package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.RejectReason.Remedy;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.session.RetrySchedule;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.UnreachableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Repeats what failed in passing until a deadline, and says how long to stay away when that did not
 * help. Deadlines are monotonic: they neither move nor vanish when the device's clock is set. Used
 * by one thread at a time.
 */
public final class RoundRetry {

  private final DeviceClock clock;
  private final RetrySchedule schedule;
  private final Supplier<RandomGenerator> waits;
  private long deadlineNanos;

  /**
   * Draws waits from {@code schedule}.
   *
   * @param waits the randomness of a wait, asked for at each
   */
  public RoundRetry(DeviceClock clock, RetrySchedule schedule, Supplier<RandomGenerator> waits) {
    this.clock = clock;
    this.schedule = schedule;
    this.waits = waits;
  }

  public void deadlineIn(Duration time) {
    deadlineNanos = clock.monotonicNanos() + time.toNanos();
  }

  /** Moves the deadline on, or sets it from now when it has passed. */
  void extendBy(Duration time) {
    deadlineNanos = clock.monotonicNanos() + Math.max(nanosLeft(), 0) + time.toNanos();
  }

  /** Sends a message of which the same may arrive twice, until it arrived or the deadline. */
  void send(Sending sending) throws CoordinatorException, InterruptedException {
    untilDeadline(
        () -> {
          sending.run();
          return true;
        });
  }

  /**
   * The result of the first attempt that succeeds; there is at least one, and none begins after the
   * deadline.
   */
  public <T, X extends Exception> T untilDeadline(Attempt<T, X> attempt)
      throws CoordinatorException, X, InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return attempt.run();
      } catch (CoordinatorException failure) {
        Duration pause = pauseAfter(failure, failures);
        if (!failure.isTransient() || pause.toNanos() >= nanosLeft()) {
          throw failure;
        }
        clock.pause(pause);
      }
    }
  }

  private Duration pauseAfter(CoordinatorException failure, int failures) {
    RandomGenerator random = waits.get();
    Duration own = schedule.withinRound(failures, random);
    return failure
        .retryAfter()
        .map(asked -> schedule.afterRetryAfter(asked, random))
        .filter(asked -> asked.compareTo(own) > 0)
        .orElse(own);
  }

  /**
   * Pauses before asking again what was answered without a result, never beyond the deadline.
   *
   * @param times answers of that kind in a row, at least 1
   */
  void pauseWithinRound(int times) throws InterruptedException {
    long pauseNanos = schedule.withinRound(times, waits.get()).toNanos();
    clock.pause(Duration.ofNanos(Math.max(0, Math.min(pauseNanos, nanosLeft()))));
  }

  /** Throws when the deadline has passed. */
  void requireTimeLeft(String otherwise) throws UnreachableException {
    if (nanosLeft() <= 0) {
      throw new UnreachableException(otherwise);
    }
  }

  private long nanosLeft() {
    return deadlineNanos - clock.monotonicNanos();
  }

  /** The wait before the next check-in, by the table in {@code docs/sdk.md}. */
  public Duration waitAfter(CoordinatorException failure, Optional<Remedy> remedy) {
    RandomGenerator random = waits.get();
    if (failure.retryAfter().isPresent()) {
      return schedule.afterRetryAfter(failure.retryAfter().get(), random);
    }
    boolean passes = failure.isTransient() || remedy.filter(Remedy.CHECK_IN::equals).isPresent();
    return passes ? schedule.afterTransientError(random) : schedule.afterPermanentError(random);
  }

  /** Something that talks to the coordinator. */
  public interface Attempt<T, X extends Exception> {
    T run() throws CoordinatorException, X, InterruptedException;
  }

  /** Something that is told to the coordinator. */
  interface Sending {
    void run() throws CoordinatorException, InterruptedException;
  }
}
