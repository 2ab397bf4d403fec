package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.recovery.CountedOnce.Round;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device's process that dies, or stands still, in each state of a secure round. */
@Timeout(1800)
class KilledDeviceTest {

  private static final int LAST = OneHotTrainer.DEVICES - 1;

  private static final List<String> STATES =
      List.of(
          "enrolled",
          "advertising",
          "keys-shared",
          "training",
          "uploading",
          "uploaded",
          "unmasking",
          "done");

  @TempDir private Path folder;

  private KillRounds rounds(String protocol) throws Exception {
    return new KillRounds(new CoordinatorChild(folder), folder, protocol, LAST).startDevices();
  }

  private DeviceChild device(KillRounds rounds) throws Exception {
    var device =
        new DeviceChild(
                LAST,
                rounds.coordinator.uri(),
                rounds.token(),
                KillRounds.deviceFolder(folder, LAST))
            .start();
    rounds.devices.add(device);
    return device;
  }

  /** Also in one round more than once: it goes on where it was as often as it takes. */
  @Test
  void deviceKilledInEachState_isStartedAgain_andItsUpdateIsCountedOnceInThatRound()
      throws Exception {
    try (var rounds =
        rounds(
            "secureAggregation: {stepSeconds: 60}\n"
                + "deadlines: {selectionSeconds: 3, reportingSeconds: 120}")) {
      DeviceChild device = device(rounds);
      device.awaitState("done");
      device.kill();
      Map<String, Long> killedIn = new LinkedHashMap<>();
      for (String state : STATES) {
        device.startAndStandStillIn(state);
        killedIn.put(state, device.awaitState(state));
        device.kill();
      }
      device.start();
      device.awaitState("done");

      for (var killed : killedIn.entrySet()) {
        Round ended = rounds.awaitEnd(killed.getValue());
        assertThat(ended.state()).as("killed when %s: %s", killed, ended).isEqualTo("Published");
        assertThat(rounds.oracle.counted(killed.getValue(), rounds.devices))
            .as("killed when %s", killed)
            .contains(LAST);
      }
      rounds.requireNoViolation("killed when " + killedIn);
    }
  }

  /** It stands still past every deadline of the round, which ends without its help. */
  @Test
  void deviceThatStandsStillAfterItsReceipt_isCountedOnce_andGoesOnLater() throws Exception {
    try (var rounds =
        rounds(
            "secureAggregation: {stepSeconds: 2}\n"
                + "deadlines: {selectionSeconds: 3, reportingSeconds: 2}")) {
      DeviceChild device = device(rounds);
      device.awaitState("done");
      long round = device.awaitState("uploaded");
      device.pause();
      Round ended = rounds.awaitEnd(round);
      rounds.coordinator.standsFor(Duration.ofSeconds(3));
      device.resume();

      assertThat(ended.state()).as("%s", ended).isEqualTo("Published");
      assertThat(rounds.oracle.counted(round, rounds.devices)).contains(LAST);
      assertThat(device.awaitState("done")).isGreaterThanOrEqualTo(round);
      rounds.requireNoViolation("after it stood still");
    }
  }

  /** Before its update: the round goes on without it, and never counts it. */
  @Test
  void deviceThatStandsStillBeforeItsUpdate_isLeftOut_andIsToldSo() throws Exception {
    try (var rounds =
        rounds(
            "secureAggregation: {stepSeconds: 2}\n"
                + "deadlines: {selectionSeconds: 3, reportingSeconds: 2}")) {
      DeviceChild device = device(rounds);
      device.awaitState("done");
      long round = device.awaitState("keys-shared");
      device.pause();
      Round ended = rounds.awaitEnd(round);
      device.resume();

      assertThat(ended.state()).as("%s", ended).isIn("Published", "Abandoned");
      assertThat(device.awaitState("dropped")).isEqualTo(round);
      assertThat(rounds.oracle.counted(round, rounds.devices)).doesNotContain(LAST);
      device.awaitState("done");
      rounds.requireNoViolation("after it stood still");
    }
  }
}
