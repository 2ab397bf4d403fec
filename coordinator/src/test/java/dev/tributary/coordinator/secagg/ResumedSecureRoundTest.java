package dev.tributary.coordinator.secagg;

import static dev.tributary.coordinator.secagg.SecureDevice.expect;
import static dev.tributary.coordinator.secagg.SecureRounds.advertise;
import static dev.tributary.coordinator.secagg.SecureRounds.refused;
import static dev.tributary.coordinator.secagg.SecureRounds.share;
import static dev.tributary.coordinator.secagg.SecureRounds.unmask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds with secure aggregation whose coordinator dies between two steps, or within one. */
class ResumedSecureRoundTest {
  private static final String CONFIRMED = "stepSeconds: 120, confirmation: true";

  @TempDir private Path folder;
  private SecureRounds rounds;

  @BeforeEach
  void open() {
    rounds = new SecureRounds(folder.resolve("state-0"));
  }

  @AfterEach
  void close() {
    rounds.close();
  }

  private void crash() throws Exception {
    rounds.crash(folder.resolve("state-" + crashes++));
  }

  private int crashes = 1;

  private List<SecureDevice> first(int count) {
    return rounds.devices.subList(0, count);
  }

  private List<SecureDevice> from(int index) {
    return rounds.devices.subList(index, rounds.devices.size());
  }

  @Test
  void crashAfterEveryStepOnceSharesAreOut_publishesTheMean() throws Exception {
    rounds.start(6, 6, CONFIRMED);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    crash();
    rounds.send(first(3));
    crash();
    rounds.send(from(3));
    crash();
    rounds.each(device -> expect(device.confirm(), 204));
    crash();
    unmask(rounds.devices);

    rounds.expectMean(rounds.devices);
  }

  @Test
  void crashWithinEveryStepOnceSharesAreOut_publishesTheMeanOfTheSurvivors() throws Exception {
    rounds.start(6, 5, CONFIRMED);
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.each(SecureDevice::agree);
    crash();
    rounds.each(device -> device.mask(rounds.steps(device)));
    var survivors = first(5);
    for (var device : survivors) {
      expect(device.upload(device.signed()), 200);
      crash();
      expect(device.upload(device.signed()), 200); // its answer was lost
      assertThat(rounds.progress(round).countedCount())
          .isEqualTo(rounds.devices.indexOf(device) + 1);
    }
    expect(rounds.devices.getLast().leave(), 204);
    for (var device : survivors) {
      expect(device.confirm(), 204);
      crash();
    }
    SecureRounds.each(survivors, SecureDevice::reveal);
    for (var device : survivors.subList(0, 2)) {
      expect(device.answer(), 204);
      crash();
    }
    for (var device : survivors.subList(2, 5)) {
      expect(device.answer(), 204);
    }

    rounds.expectMean(survivors);
  }

  @Test
  void crashWhileKeysAreExchanged_abandonsTheRound_andTheNextOneHasOtherKeys() throws Exception {
    rounds.start(4, 4, CONFIRMED);
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(first(2));
    var before = rounds.devices.getFirst().advertised.advertisement();
    crash();

    assertThat(rounds.progress(round).reason())
        .isEqualTo(
            "coordinator-restarted: coordinator restarted while keys were exchanged; they are not"
                + " used again");
    refused(rounds.devices.getFirst().share(), RejectReason.ROUND_ABANDONED);
    RoundId next = rounds.begin();
    assertThat(next.number()).isEqualTo(round.number() + 1);
    assertThat(rounds.devices.getFirst().advertised.advertisement()).isNotEqualTo(before);
  }

  @Test
  void messagesOfSessions_areSealedOnDisk_andGoneWhenTheRoundIsOver() throws Exception {
    rounds.start(4, 4, CONFIRMED);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    rounds.each(device -> expect(device.confirm(), 204));
    rounds.each(SecureDevice::reveal);
    expect(rounds.devices.getFirst().answer(), 204);
    byte[] answer = rounds.devices.getFirst().revealed.answer().encode();
    assertThat(filesWith(answer)).isEmpty();
    assertThat(keys()).hasSize(1);

    for (var device : from(1)) {
      expect(device.answer(), 204);
    }

    rounds.expectMean(rounds.devices);
    crash(); // whoever comes next finds nothing that this round left
    assertThat(keys()).isEmpty();
    assertThat(sums()).isEmpty();
  }

  @Test
  void lostKeyOfTheRound_abandonsIt() throws Exception {
    rounds.start(4, 4, CONFIRMED);
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(first(2));
    Path key = keys().getFirst();
    Files.delete(key);
    crash();

    assertThat(rounds.progress(round).state()).isEqualTo("Abandoned");
    assertThat(rounds.progress(round).reason()).contains("coordinator-restarted");
  }

  private List<Path> keys() throws Exception {
    return filesIn(rounds.folder.resolve("sessions"));
  }

  private List<Path> sums() throws Exception {
    return filesIn(rounds.folder.resolve("sums"));
  }

  private static List<Path> filesIn(Path folder) throws Exception {
    try (var paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  /** Files of the state in which these bytes can be found. */
  private List<Path> filesWith(byte[] secret) throws Exception {
    String wanted = new String(secret, StandardCharsets.ISO_8859_1);
    var found = new ArrayList<Path>();
    for (Path file : filesIn(rounds.folder)) {
      if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(wanted)) {
        found.add(file);
      }
    }
    return found;
  }
}
