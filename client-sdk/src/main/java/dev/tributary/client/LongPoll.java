package dev.tributary.client;

import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.link.CoordinatorException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks again and again for what the coordinator does not have yet, until the deadline of the step
 * that the device is in. Used by one thread at a time.
 */
final class LongPoll {

  private static final Duration WAIT = Duration.ofSeconds(25);

  /** A long poll that comes back empty before this was not one. */
  private static final Duration EARLY = WAIT.dividedBy(2);

  private final RoundRetry retry;
  private final DeviceClock clock;

  LongPoll(RoundRetry retry, DeviceClock clock) {
    this.retry = retry;
    this.clock = clock;
  }

  /**
   * The first answer that is not empty.
   *
   * @param otherwise what to say when there is none before the deadline
   */
  <T> T until(Question<T> question, String otherwise)
      throws CoordinatorException, InterruptedException {
    for (int early = 0; ; ) {
      long askedNanos = clock.monotonicNanos();
      Optional<T> answer = retry.untilDeadline(() -> question.ask(WAIT));
      if (answer.isPresent()) {
        return answer.get();
      }
      retry.requireTimeLeft(otherwise);
      if (clock.monotonicNanos() - askedNanos < EARLY.toNanos()) {
        // Whoever answers a long poll at once must not make the device spin.
        retry.pauseWithinRound(++early);
      } else {
        early = 0;
      }
    }
  }

  /** Something to ask the coordinator that may take its time. */
  interface Question<T> {
    Optional<T> ask(Duration wait) throws CoordinatorException, InterruptedException;
  }
}
