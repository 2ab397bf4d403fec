package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator's process whose state is on a file system of its own, which fills up while rounds
 * run and is emptied again.
 */
@Timeout(1800)
@EnabledIf(
    value = "smallDisksCanBeMounted",
    disabledReason =
        "this system lets nobody mount a disk for a process; FullDiskTest limits files instead")
class FullStateDiskTest {

  private static final int DISK_MEBIBYTES = 24;

  @TempDir private Path folder;

  /** In a user and mount name space of its own nobody has to be root. */
  private static List<String> onSmallDisk(Path mountPoint) {
    return List.of(
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs -o size=" + DISK_MEBIBYTES + "m tmpfs \"$0\" && exec \"$@\"",
        mountPoint.toString());
  }

  static boolean smallDisksCanBeMounted() throws IOException, InterruptedException {
    Path mountPoint = Files.createTempDirectory("small-disk");
    var command = new ArrayList<>(onSmallDisk(mountPoint));
    command.add("true");
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } finally {
      Files.delete(mountPoint);
    }
  }

  @Test
  void diskThatFillsUp_isSaidWithRetryAfter_tearsNothing_andRoundsGoOnWhenThereIsRoom()
      throws Exception {
    Path state = Files.createDirectories(folder.resolve("small"));
    var child = new CoordinatorChild(folder, state, onSmallDisk(state));
    try (var rounds =
        new KillRounds(child, folder, KillRounds.SECURE, OneHotTrainer.DEVICES).startDevices()) {
      rounds.awaitNextPublished();
      long before = rounds.oracle.lastPublished();
      Path filler = child.state().resolve("filler");

      fill(filler);
      JsonNode refusal = child.operator().postUntilRefused("/api/v1/populations", "p");

      assertThat(refusal.path("code").asText()).isEqualTo("storage-full");
      assertThat(refusal.path("retryAfterMillis").asLong()).isPositive();
      rounds.requireNoViolation("while the disk is full");

      Files.delete(filler);
      child.operator().awaitPublishedAfter(KillRounds.TASK, before + 1);
      rounds.requireNoViolation("with room again");
      for (String each : List.of("models", "optimizers")) {
        assertThat(child.state().resolve(each)).satisfies(FullStateDiskTest::requireNothingTorn);
      }
      assertThat(rounds.oracle.rounds())
          .filteredOn(round -> !round.open() && !round.state().equals("Published"))
          .allSatisfy(round -> assertThat(round.reason()).isNotBlank());
    }
  }

  /** To the last byte. */
  private static void fill(Path filler) throws IOException {
    for (int block = 1 << 20; block > 0; block /= 4) {
      byte[] zeros = new byte[block];
      try (OutputStream out =
          Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        while (true) {
          out.write(zeros);
        }
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("No space left");
      }
    }
  }

  private static void requireNothingTorn(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var files = Files.walk(folder)) {
        assertThat(files.filter(Files::isRegularFile))
            .allSatisfy(file -> assertThat(file.toString()).endsWith(".safetensors"));
      }
    }
  }
}
