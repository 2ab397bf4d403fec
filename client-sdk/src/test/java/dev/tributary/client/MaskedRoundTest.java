package dev.tributary.client;

import static dev.tributary.client.MaskedRound.end;
import static dev.tributary.client.MaskedRound.lanes;
import static dev.tributary.client.MaskedRound.plainSum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.testing.Fault;
import dev.tributary.client.testing.MaskingCoordinator;
import dev.tributary.client.testing.MaskingCoordinator.Expected;
import dev.tributary.security.agreement.CipherSuite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole rounds of secure aggregation of five real clients, with faults at every step. */
@Timeout(120)
class MaskedRoundTest {

  private static final int ALL = MaskedRound.DEVICES;

  @TempDir Path folder;

  private MaskedRound round(CipherSuite suite, boolean confirmation, Expected expected) {
    return new MaskedRound(
        folder,
        new MaskingCoordinator(MaskingCoordinator.parameters(suite, confirmation), expected));
  }

  /** A coordinator that is asked this only if it has nothing yet when something is sent. */
  private static MaskedRound asked(String at, MaskedRound round) {
    if (MaskedOutageTest.QUESTIONS.contains(at)) {
      round.coordinator.answeringAtOnce();
    }
    return round;
  }

  private static void assertTookPart(Future<Optional<ParticipationOutcome>> device)
      throws Exception {
    assertThat(end(device)).containsInstanceOf(TookPart.class);
  }

  @ParameterizedTest
  @CsvSource({"CLASSIC,false", "CLASSIC,true", "HYBRID,false", "HYBRID,true"})
  void everyoneStays_theSumIsThatOfAll_andNothingIsKept(CipherSuite suite, boolean confirmation)
      throws Exception {
    try (var round = round(suite, confirmation, Expected.of(ALL, confirmation))) {
      var first = round.start(0);
      for (var other : round.startOthers()) {
        assertTookPart(other);
      }
      assertTookPart(first);

      assertThat(lanes(round.coordinator.openedSum())).isEqualTo(lanes(plainSum(0, 1, 2, 3, 4)));
      assertThat(round.coordinator.certificates())
          .hasSize(ALL)
          .allMatch(shown -> shown.hasAlternativeSignature() == (suite == CipherSuite.HYBRID));
      for (int device = 0; device < ALL; device++) {
        assertThat(MaskedRound.keptOfARound(round.folderOf(device))).isEmpty();
      }
    }
  }

  /** Its mask with the others is in the sum when it vanishes between its shares and its update. */
  @ParameterizedTest
  @CsvSource({
    "POST keys,      4, 4, 4, 4, 4, false",
    "GET roster,     5, 4, 4, 4, 4, false",
    "POST shares,    5, 4, 4, 4, 4, false",
    "GET inbox,      5, 5, 4, 4, 4, false",
    "PUT upload,     5, 5, 4, 4, 4, false",
    "GET survivors,  5, 5, 5, 4, 4, true",
    "POST survivors, 5, 5, 5, 4, 4, true",
    "GET unmasking,  5, 5, 5, 5, 4, true",
    "POST unmasking, 5, 5, 5, 5, 4, true",
  })
  void oneVanishesForEver_theOthersOpenTheSumOfThoseWhoSent(
      String at,
      int keys,
      int shares,
      int uploads,
      int confirmed,
      int answers,
      boolean confirmation)
      throws Exception {
    var expected = new Expected(keys, shares, uploads, confirmation ? confirmed : 0, answers);
    try (var round = asked(at, round(CipherSuite.CLASSIC, confirmation, expected))) {
      var vanishing = round.start(0, transport -> Fault.killedBefore(at, transport));
      for (var other : round.startOthers()) {
        assertTookPart(other);
      }
      assertThat(end(vanishing)).isEmpty();

      int first = uploads == ALL ? 0 : 1;
      assertThat(lanes(round.coordinator.openedSum()))
          .isEqualTo(lanes(plainSum(IntStream.range(first, ALL).toArray())));
    }
  }

  /** Had it said anything else the second time, the coordinator would have refused it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET manifest",
        "POST keys",
        "GET roster",
        "POST shares",
        "GET inbox",
        "PUT upload",
        "GET survivors",
        "POST survivors",
        "GET unmasking",
        "POST unmasking"
      })
  void killedBeforeOrAfterARequest_aNewProcessGoesOnIdentically(String at) throws Exception {
    for (boolean after : new boolean[] {false, true}) {
      folder = Files.createDirectory(folder.resolve(after ? "after" : "before"));
      try (var round = asked(at, round(CipherSuite.CLASSIC, true, Expected.of(ALL, true)))) {
        var others = round.startOthers();
        assertThat(
                end(
                    round.start(
                        0,
                        transport ->
                            after
                                ? Fault.killedAfter(at, transport)
                                : Fault.killedBefore(at, transport))))
            .as("killed")
            .isEmpty();
        assertTookPart(round.start(0));
        for (var other : others) {
          assertTookPart(other);
        }
        assertThat(lanes(round.coordinator.openedSum())).isEqualTo(lanes(plainSum(0, 1, 2, 3, 4)));
        assertThat(MaskedRound.keptOfARound(round.folderOf(0))).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST keys",
        "GET roster",
        "POST shares",
        "GET inbox",
        "PUT upload",
        "GET survivors",
        "POST survivors",
        "GET unmasking",
        "POST unmasking"
      })
  void lostRequestAndLostAnswer_areRepeated(String at) throws Exception {
    try (var round = asked(at, round(CipherSuite.CLASSIC, true, Expected.of(ALL, true)))) {
      var others = round.startOthers();
      assertTookPart(round.start(0, transport -> Fault.losing(at, transport)));
      for (var other : others) {
        assertTookPart(other);
      }
      assertThat(lanes(round.coordinator.openedSum())).isEqualTo(lanes(plainSum(0, 1, 2, 3, 4)));
    }
  }
}
