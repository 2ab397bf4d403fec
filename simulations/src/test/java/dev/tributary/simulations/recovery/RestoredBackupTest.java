package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.coordinator.backup.StateBackup;
import dev.tributary.simulations.recovery.CountedOnce.Round;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups that are taken while rounds run, and coordinators that are started on them. */
@Timeout(1800)
class RestoredBackupTest {

  private static final String MOMENTUM = KillRounds.SECURE + "\noptimizer: {momentum: 0.5}";

  @TempDir private Path folder;

  @Test
  void backupOfARunningCoordinator_hasEveryVersion_endsTheOpenRound_andDevicesGoOn()
      throws Exception {
    StateBackup.Taken taken;
    Map<Long, String> versionsBefore;
    List<RoundDevice> formerDevices;
    String token;
    var original = new CoordinatorChild(folder.resolve("original"));
    try (var rounds =
        new KillRounds(original, folder, KillRounds.SECURE, OneHotTrainer.DEVICES).startDevices()) {
      rounds.awaitNextPublished();
      rounds.awaitNextPublished();
      rounds.coordinator.operator().awaitRound(KillRounds.TASK, RestoredBackupTest::isOpen);
      versionsBefore = versions(rounds.oracle);
      taken = StateBackup.take(original.state(), folder.resolve("backup"), Instant.now());
      rounds.awaitNextPublished(); // the original goes on meanwhile
      rounds.requireNoViolation("after the backup");
      token = rounds.token();
      formerDevices = rounds.devices;
    }

    var restored = new CoordinatorChild(folder.resolve("restored"), taken.folder());
    List<HotDevice> devices = new ArrayList<>();
    try (restored) {
      restored.start();
      var oracle = new CountedOnce(restored.state(), KillRounds.TASK);
      assertThat(versions(oracle)).containsAllEntriesOf(versionsBefore);
      List<Round> ended =
          oracle.rounds().stream()
              .filter(round -> round.reason().contains("restored from a backup"))
              .toList();
      assertThat(ended).hasSize(taken.roundsEnded());
      assertThat(oracle.rounds()).noneMatch(Round::open);
      assertThat(restored.operator().get("/api/v1/rounds/names." + oracle.rounds().size()))
          .isNotEmpty();
      long last = oracle.lastPublished();
      for (RoundDevice former : formerDevices) {
        devices.add(
            new HotDevice(
                    former.number(),
                    restored.uri(),
                    token,
                    KillRounds.deviceFolder(folder, former.number()))
                .start());
      }

      restored.operator().awaitPublishedAfter(KillRounds.TASK, last);

      assertThat(devices).extracting(HotDevice::id).isEqualTo(ids(formerDevices));
      assertThat(oracle.violations(devices)).isEmpty();
    } finally {
      devices.forEach(HotDevice::close);
    }
  }

  /** The state of an optimiser is replaced with every version: none may be missing in a backup. */
  @Test
  void backupsOneAfterTheOther_whileVersionsAreMade_areAllWhole() throws Exception {
    try (var rounds = new KillRounds(folder, MOMENTUM).startDevices()) {
      rounds.awaitNextPublished();
      for (int i = 0; i < 5; i++) {
        var taken =
            StateBackup.take(
                rounds.coordinator.state(), folder.resolve("backup-" + i), Instant.now());
        var oracle = new CountedOnce(taken.folder(), KillRounds.TASK);
        Map<Long, String> versions = versions(oracle);
        assertThat(versions).isNotEmpty();
        for (String digest : versions.values()) {
          assertThat(taken.folder().resolve("models").resolve(digest + ".safetensors")).exists();
        }
        assertThat(taken.folder().resolve("optimizers").resolve(KillRounds.TASK))
            .isDirectoryContaining("glob:**.safetensors");
        assertThat(taken.folder().resolve("authority.pem"))
            .hasSameBinaryContentAs(rounds.coordinator.state().resolve("authority.pem"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(taken.folder())))
            .isEqualTo("rwx------");
        assertThat(taken.folder().resolve("coordinator.lock")).doesNotExist();
        rounds.awaitNextPublished();
      }
    }
  }

  private static boolean isOpen(JsonNode round) {
    return !round.path("ended").asBoolean();
  }

  private static List<Object> ids(List<RoundDevice> devices) {
    return devices.stream().<Object>map(RoundDevice::id).toList();
  }

  private static Map<Long, String> versions(CountedOnce oracle) throws Exception {
    Map<Long, String> versions = new TreeMap<>();
    try (var database = oracle.open();
        var rows =
            database
                .createStatement()
                .executeQuery("select version, digest from model_versions order by version")) {
      while (rows.next()) {
        versions.put(rows.getLong(1), rows.getString(2));
      }
    }
    return versions;
  }
}
