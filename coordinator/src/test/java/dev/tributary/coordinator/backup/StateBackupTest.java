package dev.tributary.coordinator.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no backup is refused, and nothing of it stays. */
class StateBackupTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path folder;
  private Path state;
  private Path target;

  @BeforeEach
  void makeState() {
    state = folder.resolve("state");
    target = folder.resolve("backup");
    Coordinator coordinator = start(state);
    coordinator.operators().createPopulation(new PopulationName("pens")).await();
    coordinator
        .operators()
        .createTask(
            TaskConfig.parse(
                """
                name: digits
                population: pens
                model: {format: tributary-model/1, input: [2], layers: [{type: linear, units: 2}],
                        loss: softmax-cross-entropy, classes: 2}
                cohort: {target: 3}
                """))
        .await();
    coordinator.close().await();
  }

  private static Coordinator start(Path state, String... more) {
    String[] settings =
        Stream.concat(Stream.of("listen.port=0", "logs.file=false"), Stream.of(more))
            .toArray(String[]::new);
    return Coordinator.start(CoordinatorConfig.in(state, settings), ModelEvaluator.none()).await();
  }

  @Test
  void backupOfAStoppedCoordinator_startsWithAllThatWasThere() throws Exception {
    var taken = StateBackup.take(state, target, NOW);

    assertThat(taken.files()).isEqualTo(1);
    assertThat(taken.roundsEnded()).isZero();
    assertThat(target.resolve("metadata-keys").resolve("targets.key"))
        .hasSameBinaryContentAs(state.resolve("metadata-keys").resolve("targets.key"));
    Coordinator restored = start(target);
    assertThat(restored.operators().tasks().await()).hasSize(1);
    restored.close().await();
  }

  /** As docs/operations.md says to take it out of an installation that has it inside. */
  @Test
  void sealingKeyThatWasMovedOutOfTheState_isInNoBackup_andARestoreNeedsIt() throws Exception {
    Path inside = OnlineKeyFolder.sealingKeyIn(state.resolve("metadata-keys"));
    Path apart = Files.createDirectory(folder.resolve("keys")).resolve("sealing-key");
    Files.move(inside, apart);
    String setting = "publishing.sealingKeyFile=" + apart;
    start(state, setting).close().await();
    byte[] key = Files.readAllBytes(apart);

    StateBackup.take(state, target, NOW);

    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readAllBytes(file)).as(file.toString()).isNotEqualTo(key);
      }
    }
    assertThat(target.resolve("metadata-keys").resolve("targets.key")).isRegularFile();
    assertThatThrownBy(() -> start(target))
        .hasStackTraceContaining("expected the key that seals the keys in");
    start(target, setting).close().await();
    assertThat(target.resolve("metadata-keys").resolve("targets.key"))
        .as("opened, not made again")
        .hasSameBinaryContentAs(state.resolve("metadata-keys").resolve("targets.key"));
  }

  @Test
  void folderWithoutAState_isRefused() {
    assertThatThrownBy(() -> StateBackup.take(folder.resolve("elsewhere"), target, NOW))
        .isInstanceOfSatisfying(
            BackupException.class, refused -> assertThat(refused.isWrongFolder()).isTrue())
        .hasMessageContaining("no tributary.db");
  }

  @Test
  void folderThatHoldsSomething_isNotWrittenTo() throws Exception {
    Path file = Files.createDirectories(target).resolve("keep");
    Files.writeString(file, "me");
    assertThatThrownBy(() -> StateBackup.take(state, target, NOW))
        .hasMessageContaining("not empty");
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void damagedModel_isFoundWhileItIsCopied_andNothingStays() throws Exception {
    Path model = onlyFile(state.resolve("models"));
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);

    assertThatThrownBy(() -> StateBackup.take(state, target, NOW))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("is damaged");
    assertThat(folder).isDirectoryNotContaining("glob:**/backup*");
  }

  @Test
  void missingModel_isFound_andNothingStays() throws Exception {
    Files.delete(onlyFile(state.resolve("models")));

    assertThatThrownBy(() -> StateBackup.take(state, target, NOW))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("is named by the database and not there");
    assertThat(folder).isDirectoryNotContaining("glob:**/backup*");
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }
}
