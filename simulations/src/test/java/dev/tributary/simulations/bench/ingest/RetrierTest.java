package dev.tributary.simulations.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attempts that are made again, on one thread. */
@Timeout(60)
final class RetrierTest {

  private final ExecutorService thread = Executors.newFixedThreadPool(1);
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void stop() {
    thread.shutdownNow();
  }

  @Test
  void turnedAway_triesAgainUntilThereIsAResult() throws Exception {
    var retrier = new Retrier(thread, Duration.ofHours(1));

    var result =
        retrier.until(
            () -> {
              if (attempts.incrementAndGet() < 5) {
                throw new TurnedAwayException("full", Duration.ofNanos(1));
              }
              return "counted";
            });

    assertThat(result.get()).isEqualTo("counted");
    assertThat(attempts).hasValue(5);
  }

  @Test
  void whileOneWaits_itsThreadWorksForTheOthers() throws Exception {
    var retrier = new Retrier(thread, Duration.ofDays(1));

    var waiting =
        retrier.until(
            () -> {
              attempts.incrementAndGet();
              throw new TurnedAwayException("full", Duration.ofHours(1));
            });
    var other = retrier.until(attempts::get);

    assertThat(other.get()).as("attempts of the first before the second").isEqualTo(1);
    assertThat(waiting).isNotDone();
  }

  @Test
  void anyOtherFailure_endsIt() {
    var retrier = new Retrier(thread, Duration.ofHours(1));

    var result =
        retrier.until(
            () -> {
              attempts.incrementAndGet();
              throw new IOException("401");
            });

    assertThatThrownBy(result::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("401");
    assertThat(attempts).hasValue(1);
  }

  @Test
  void turnedAwayPastTheLimit_endsIt_withTheLastReason() {
    var retrier = new Retrier(thread, Duration.ofSeconds(7));

    var result =
        retrier.until(
            () -> {
              throw new TurnedAwayException("the stage is full", Duration.ofSeconds(8));
            });

    assertThatThrownBy(result::get)
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("turned away for 7 s: the stage is full");
  }
}
