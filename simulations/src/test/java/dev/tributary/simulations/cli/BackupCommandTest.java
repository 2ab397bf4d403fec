package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command that copies a coordinator's state. */
@Timeout(180)
final class BackupCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int backup(Path state, Path target) {
    return Tributary.run(
        new String[] {"backup", "--json", "--state", state.toString(), "--to", target.toString()},
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }

  @Test
  void runningCoordinator_isBackedUpOnceIntoAFolder_andTheFolderIsSaid() throws Exception {
    Path state = folder.resolve("state");
    Path target = folder.resolve("backup");
    Coordinator coordinator =
        Coordinator.start(CoordinatorConfig.in(state, "listen.port=0"), ModelEvaluator.none())
            .await();
    try {
      assertThat(backup(state, target)).as("%s", err).isZero();
      var said = new ObjectMapper().readTree(out.toString());
      assertThat(said.path("folder").asText()).isEqualTo(target.toString());
      assertThat(said.path("bytes").asLong()).isPositive();
      assertThat(target.resolve("tributary.db")).isRegularFile();

      assertThat(backup(state, target)).isEqualTo(2);
      assertThat(err.toString()).contains("name a new folder");
    } finally {
      coordinator.close().await();
    }
  }

  @Test
  void folderWithoutAState_isWrongUsage() {
    assertThat(backup(folder.resolve("nothing"), folder.resolve("backup"))).isEqualTo(2);
    assertThat(err.toString()).contains("no tributary.db");
  }
}
