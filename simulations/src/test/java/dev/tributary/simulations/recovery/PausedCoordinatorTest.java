package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.recovery.CountedOnce.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A coordinator's process that stands still (SIGSTOP) past the deadlines of its round. */
@Timeout(300)
class PausedCoordinatorTest {

  private static final Duration PAST_EVERY_DEADLINE = Duration.ofSeconds(5);
  private static final String DEADLINES = "deadlines: {selectionSeconds: 3, reportingSeconds: 2}";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"secureAggregation: {stepSeconds: 2}", "protocol: plain"})
  void coordinatorThatStoodStillPastItsDeadlines_endsTheRoundByItsRules_andCountsNobodyTwice(
      String protocol) throws Exception {
    try (var rounds = new KillRounds(folder, protocol + "\n" + DEADLINES).startDevices()) {
      rounds.awaitNextPublished();
      var paused = new CountDownLatch(1);
      var acknowledgedIn = new AtomicLong();
      rounds.atReceipt(
          2,
          round -> {
            pause(rounds.coordinator);
            acknowledgedIn.set(round.number());
            paused.countDown();
          });
      assertThat(paused.await(60, TimeUnit.SECONDS)).isTrue();
      rounds.coordinator.standsFor(PAST_EVERY_DEADLINE);
      rounds.coordinator.resume();

      Round ended = rounds.awaitEnd(acknowledgedIn.get());
      rounds.awaitNextPublished();

      assertThat(ended.state()).as("%s", ended).isIn("Published", "Abandoned");
      rounds.requireNoViolation("after it stood still");
    }
  }

  private static void pause(CoordinatorChild coordinator) {
    try {
      coordinator.pause();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
