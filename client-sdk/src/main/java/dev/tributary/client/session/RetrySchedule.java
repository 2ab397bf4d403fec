package dev.tributary.client.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a device waits before it asks again. Pure: randomness is an argument. Every wait is
 * drawn at random, so that devices that were turned away together do not come back together (pace
 * steering; Bonawitz et al., "Towards federated learning at scale", 2019, section 2.3).
 *
 * @param shortest shortest wait between two check-ins that a coordinator can ask for: it cannot
 *     make a device spin
 */
public record RetrySchedule(Duration shortest) {

  private static final Duration AFTER_TRANSIENT_ERROR = Duration.ofMinutes(15);
  private static final Duration AFTER_PERMANENT_ERROR = Duration.ofHours(4);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final double SPREAD = 0.20;
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
  private static final int LAST_DOUBLING = 6;

  public RetrySchedule {
    if (shortest.isNegative() || shortest.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "shortest wait must be in [0, " + LONGEST + "], not " + shortest);
    }
  }

  /** Waits of at least one second. */
  public static RetrySchedule standard() {
    return new RetrySchedule(Duration.ofSeconds(1));
  }

  /** Uniform in the window that the coordinator named, within [shortest, 7 days]. */
  public Duration withinWindow(long minimumMillis, long maximumMillis, RandomGenerator random) {
    long from = Math.min(Math.max(minimumMillis, shortest.toMillis()), LONGEST.toMillis());
    long to = Math.min(Math.max(maximumMillis, from), LONGEST.toMillis());
    return Duration.ofMillis(from + random.nextLong(to - from + 1));
  }

  /** 15 min +-20 %: the coordinator was not reached, was overloaded, or answered nonsense. */
  public Duration afterTransientError(RandomGenerator random) {
    return around(AFTER_TRANSIENT_ERROR, random);
  }

  /** 4 h +-20 %: the coordinator refuses this device, which a person has to mend. */
  public Duration afterPermanentError(RandomGenerator random) {
    return around(AFTER_PERMANENT_ERROR, random);
  }

  /** What the coordinator asked for, and up to 20 % more. */
  public Duration afterRetryAfter(Duration asked, RandomGenerator random) {
    long millis = asked.compareTo(LONGEST) > 0 ? LONGEST.toMillis() : asked.toMillis();
    return withinWindow(millis, millis + (long) (millis * SPREAD), random);
  }

  /** A wait that was remembered from before, cut to what can have been asked for. */
  public Duration bounded(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  /**
   * Within a round, where a deadline is near: uniform in [half, whole] of 0.5 s, 1 s, 2 s ... at
   * most 30 s.
   *
   * @param failures attempts that failed in a row, at least 1
   */
  public Duration withinRound(int failures, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures, 1) - 1, LAST_DOUBLING);
    long whole = Math.min(FIRST_RETRY.toMillis() << doublings, LONGEST_RETRY.toMillis());
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  private static Duration around(Duration middle, RandomGenerator random) {
    double factor = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
    return Duration.ofMillis((long) (middle.toMillis() * factor));
  }
}
