package dev.tributary.client.round;

import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.link.CoordinatorException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks again and again for what the coordinator does not have yet, until the deadline of the step
 * that the device is in. Used by one thread at a time.
 */
public final class LongPoll {

  private static final Duration WAIT = Duration.ofSeconds(25);

  /** A long poll that comes back empty before this was not one. */
  private static final Duration EARLY = WAIT.dividedBy(2);

  private final RoundRetry retry;
  private final DeviceClock clock;

  public LongPoll(RoundRetry retry, DeviceClock clock) {
    this.retry = retry;
    this.clock = clock;
  }

  /**
   * Sends something of which the same may arrive twice, until it has arrived.
   *
   * @return what came after it; empty when that is to be asked for
   */
  <T> Optional<T> send(Question<T> sending) throws CoordinatorException, InterruptedException {
    return retry.untilDeadline(() -> sending.ask(WAIT));
  }

  /** Sends something, and asks for what comes after it until there is an answer. */
  <T> T send(Question<T> sending, Question<T> next, String otherwise)
      throws CoordinatorException, InterruptedException {
    Optional<T> answer = send(sending);
    return answer.isPresent() ? answer.get() : until(next, otherwise);
  }

  /**
   * The first answer that is not empty.
   *
   * @param otherwise what to say when there is none before the deadline
   */
  public <T> T until(Question<T> question, String otherwise)
      throws CoordinatorException, InterruptedException {
    for (int early = 0; ; ) {
      long askedNanos = clock.monotonicNanos();
      Optional<T> answer = send(question);
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
  public interface Question<T> {
    Optional<T> ask(Duration wait) throws CoordinatorException, InterruptedException;
  }
}
