package dev.tributary.client;

import static dev.tributary.client.MaskedRound.end;
import static dev.tributary.client.MaskedRound.lanes;
import static dev.tributary.client.MaskedRound.plainSum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.testing.DyingTransport;
import dev.tributary.client.testing.DyingTransport.Moment;
import dev.tributary.client.testing.Fault;
import dev.tributary.client.testing.MaskingCoordinator;
import dev.tributary.client.testing.MaskingCoordinator.Expected;
import dev.tributary.client.testing.Outage;
import dev.tributary.security.agreement.CipherSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that loses its coordinator, or its own process, at any request of a secure round. */
@Timeout(240)
class MaskedOutageTest {

  private static final int ALL = MaskedRound.DEVICES;
  private static final Duration DOWN = Duration.ofSeconds(30);
  private static final List<String> STEPS =
      List.of(
          "GET manifest",
          "POST keys",
          "POST shares",
          "GET model",
          "PUT upload",
          "GET survivors",
          "POST survivors",
          "POST unmasking");

  /** What is asked for of a coordinator that has nothing yet when something is sent. */
  static final List<String> QUESTIONS = List.of("GET roster", "GET inbox", "GET unmasking");

  @TempDir Path folder;

  private MaskedRound round(String name) throws IOException {
    return new MaskedRound(
        Files.createDirectory(folder.resolve(name)),
        new MaskingCoordinator(
            MaskingCoordinator.parameters(CipherSuite.CLASSIC, true), Expected.of(ALL, true)));
  }

  /** Real time, and all that was paused on top of it: pauses take no time of the test. */
  private static final class SkippingClock implements DeviceClock {
    private volatile long skippedNanos;

    @Override
    public Instant now() {
      return Instant.now().plusNanos(skippedNanos);
    }

    @Override
    public long monotonicNanos() {
      return System.nanoTime() + skippedNanos;
    }

    @Override
    public synchronized void pause(Duration duration) throws InterruptedException {
      skippedNanos += duration.toNanos();
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static void requireWholeSum(MaskedRound round, String when) throws Exception {
    assertThat(lanes(round.coordinator.openedSum()))
        .as(when)
        .isEqualTo(lanes(plainSum(0, 1, 2, 3, 4)));
    assertThat(round.coordinator.revealedBy(round.idOf(0))).as(when).hasSizeLessThanOrEqualTo(1);
    assertThat(MaskedRound.keptOfARound(round.folderOf(0))).as(when).isEmpty();
  }

  /** The round's deadline is two minutes away, so no step of it is lost. */
  @ParameterizedTest
  @EnumSource(Outage.Kind.class)
  void coordinatorThatIsDownForHalfAMinute_costsNoRound_atWhateverStep(Outage.Kind kind)
      throws Exception {
    for (String step : Stream.concat(STEPS.stream(), QUESTIONS.stream()).toList()) {
      try (var round = round(step.replace(' ', '-'))) {
        if (QUESTIONS.contains(step)) {
          round.coordinator.answeringAtOnce();
        }
        var others = round.startOthers();
        var clock = new SkippingClock();
        var outage = new Outage(round.coordinator, kind, step, DOWN, clock);
        long begun = clock.monotonicNanos();
        assertThat(end(round.start(round.device(0).transport(outage).clock(clock))))
            .as(step)
            .containsInstanceOf(TookPart.class);
        for (var other : others) {
          assertThat(end(other)).as(step).containsInstanceOf(TookPart.class);
        }
        requireWholeSum(round, step);
        assertThat(clock.monotonicNanos() - begun)
            .as("%s: it waited for the coordinator", step)
            .isGreaterThan(DOWN.toNanos());
        assertThat(outage.failures()).as("%s: it did not ask without pause", step).isBetween(2, 12);
      }
    }
  }

  /** Its process forgot the deadline with which it began; the terms that it kept say it again. */
  @Test
  void restartedDevice_waitsForItsCoordinator_asLongAsTheRoundTakesUpdates() throws Exception {
    var coordinator =
        new MaskingCoordinator(
            MaskingCoordinator.parameters(CipherSuite.CLASSIC, true),
            Expected.of(ALL, true),
            Duration.ofHours(1));
    try (var round = new MaskedRound(folder, coordinator)) {
      var others = round.startOthers();
      assertThat(end(round.start(0, transport -> Fault.killedBefore("PUT upload", transport))))
          .isEmpty();
      var clock = new SkippingClock();
      var outage =
          new Outage(
              coordinator, Outage.Kind.REFUSED, "HEAD upload", Duration.ofMinutes(40), clock);
      assertThat(end(round.start(round.device(0).transport(outage).clock(clock))))
          .containsInstanceOf(TookPart.class);
      for (var other : others) {
        assertThat(end(other)).containsInstanceOf(TookPart.class);
      }
      requireWholeSum(round, "after 40 minutes");
    }
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void killedAtAnyRequest_aNewProcessGoesOnAsIfItWasNot(Moment moment) throws Exception {
    int deaths = 0;
    for (boolean died = true; died; deaths++) {
      String when = moment + " request " + deaths;
      try (var round = round("death-" + deaths)) {
        var others = round.startOthers();
        var dying = new DyingTransport(round.coordinator, moment, deaths);
        died = end(round.start(round.device(0).transport(dying))).isEmpty();
        if (died) {
          assertThat(end(round.start(0))).as(when).containsInstanceOf(TookPart.class);
        }
        for (var other : others) {
          assertThat(end(other)).as(when).containsInstanceOf(TookPart.class);
        }
        requireWholeSum(round, when);
      }
    }
    assertThat(deaths).isGreaterThan(STEPS.size());
  }
}
