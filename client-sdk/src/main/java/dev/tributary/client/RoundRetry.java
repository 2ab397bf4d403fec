package dev.tributary.client;

import dev.tributary.aggregation.protocol.RejectReason.Remedy;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.UnreachableException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Repeats what failed in passing until a deadline, and says how long to stay away when that did not
 * help. Deadlines are monotonic: they neither move nor vanish when the device's clock is set. Used
 * by one thread at a time.
 */
final class RoundRetry {

  private final Surroundings surroundings;
  private final DeviceClock clock;
  private long deadlineNanos;

  RoundRetry(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.clock = surroundings.clock();
  }

  void deadlineIn(Duration time) {
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
  <T, X extends Exception> T untilDeadline(Attempt<T, X> attempt)
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
    RandomGenerator random = surroundings.randomness().waits();
    Duration own = surroundings.schedule().withinRound(failures, random);
    return failure
        .retryAfter()
        .map(asked -> surroundings.schedule().afterRetryAfter(asked, random))
        .filter(asked -> asked.compareTo(own) > 0)
        .orElse(own);
  }

  /**
   * Pauses before asking again what was answered without a result, never beyond the deadline.
   *
   * @param times answers of that kind in a row, at least 1
   */
  void pauseWithinRound(int times) throws InterruptedException {
    long pauseNanos =
        surroundings.schedule().withinRound(times, surroundings.randomness().waits()).toNanos();
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
  Duration waitAfter(CoordinatorException failure, Optional<Remedy> remedy) {
    RandomGenerator random = surroundings.randomness().waits();
    if (failure.retryAfter().isPresent()) {
      return surroundings.schedule().afterRetryAfter(failure.retryAfter().get(), random);
    }
    boolean passes = failure.isTransient() || remedy.filter(Remedy.CHECK_IN::equals).isPresent();
    return passes
        ? surroundings.schedule().afterTransientError(random)
        : surroundings.schedule().afterPermanentError(random);
  }

  /** Something that talks to the coordinator. */
  interface Attempt<T, X extends Exception> {
    T run() throws CoordinatorException, X, InterruptedException;
  }

  /** Something that is told to the coordinator. */
  interface Sending {
    void run() throws CoordinatorException, InterruptedException;
  }
}
