package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.store.sqlite.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Starting: what cannot be used is named, and nothing is left running or half-made. */
@Timeout(60)
final class StartTest {

  @TempDir Path folder;

  @Test
  void portInUse_isNamed_andTheStateIsFreeAgain() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertStartFails(
          "cannot listen on 127.0.0.1:" + taken.getLocalPort(),
          "listen.port=" + taken.getLocalPort());
    }
    start().close().await(); // the lock was released
  }

  @Test
  void stateFolderThatCannotBeMade_isNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    CoordinatorConfig config = CoordinatorConfig.in(file.resolve("state"), "logs.file=false");
    assertThatThrownBy(() -> join(config))
        .hasCauseInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void stateFolderOfARunningCoordinator_isRefused() {
    Coordinator running = start();
    try {
      assertStartFails("belongs to a running coordinator");
    } finally {
      running.close().await();
    }
  }

  @Test
  void stageFolderThatCannotBeMade_isNamed_andTheStateIsFreeAgain() throws Exception {
    Path stage = Files.writeString(folder.resolve("stage"), "in the way");
    assertStartFails(folder.toString());
    Files.delete(stage);
    start().close().await();
  }

  @Test
  void tlsFileThatIsMissing_isNamed() {
    assertStartFails(
        "TLS file " + folder.resolve("none.pem"),
        "tls.certificate=" + folder.resolve("none.pem"),
        "tls.privateKey=" + folder.resolve("none.pem"));
  }

  @Test
  void tlsFileThatIsNoCertificate_isNamed() throws Exception {
    Path noise = Files.writeString(folder.resolve("noise.pem"), "noise");
    CoordinatorConfig config =
        CoordinatorConfig.in(
            folder, "logs.file=false", "tls.certificate=" + noise, "tls.privateKey=" + noise);
    assertThatThrownBy(() -> join(config))
        .hasCauseInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.certificate " + noise)
        .hasMessageContaining("tls.privateKey " + noise);
    start().close().await(); // nothing is left running
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table tasks rename to lost",
        "create trigger full before insert on admin_tokens begin select raise(abort, 'lost'); end"
      })
  void stateThatCannotBeReadOrWritten_isAFaultOfTheState(String damage) throws Exception {
    try (Database database = Database.open(folder, Instant.EPOCH)) {
      database.readNow(
          connection -> {
            try (var statement = connection.createStatement()) {
              return statement.executeUpdate(damage);
            }
          });
    }
    assertThatThrownBy(this::start)
        .hasCauseInstanceOf(ConfigException.class)
        .hasMessageContaining(damage.contains("rename") ? "tasks" : "lost");
  }

  @Test
  void adminTokenFileThatOthersCanRead_isRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("mine"), "x");
    assertStartFails("access.adminTokenFile " + file, "access.adminTokenFile=" + file);
  }

  @Test
  void closing_isCleanAndRepeatable_andLeavesNoStagedFile() throws Exception {
    Coordinator coordinator = start();
    coordinator.close().await();
    coordinator.close().await();
    try (Stream<Path> staged = Files.list(folder.resolve("stage"))) {
      assertThat(staged).isEmpty();
    }
    start().close().await();
  }

  @Test
  void stateOnDisk_isItsOwnersOnly() throws Exception {
    Path state = folder.resolve("state");
    Coordinator coordinator =
        join(CoordinatorConfig.in(state, "logs.file=false", "shutdown.graceSeconds=0"));
    try {
      for (Path directory : List.of(state, state.resolve("stage"))) {
        assertThat(permissions(directory)).as(directory.toString()).isEqualTo("rwx------");
      }
      try (Stream<Path> files = Files.list(state)) {
        assertThat(files.filter(Files::isRegularFile).toList())
            .anyMatch(file -> file.endsWith("tributary.db"))
            .allMatch(file -> permissions(file).equals("rw-------"));
      }
    } finally {
      coordinator.close().await();
    }
  }

  @Test
  void stateOfAnEarlierVersion_isClosedToOthers() throws Exception {
    start().close().await();
    Path database = folder.resolve("tributary.db");
    Path stage = folder.resolve("stage");
    Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(stage, PosixFilePermissions.fromString("rwxr-xr-x"));
    start().close().await();
    assertThat(permissions(database)).isEqualTo("rw-------");
    assertThat(permissions(stage)).isEqualTo("rwx------");
  }

  static String permissions(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void plainHttpOnEveryAddress_isWarnedOf_andLoopbackIsNot() {
    assertThat(warningsOf("listen.host=0.0.0.0"))
        .anyMatch(line -> line.contains("0.0.0.0") && line.contains("tls.certificate"));
    assertThat(warningsOf("listen.host=127.0.0.1")).noneMatch(line -> line.contains("tls"));
    assertThat(warningsOf("listen.host=localhost")).noneMatch(line -> line.contains("tls"));
  }

  private List<String> warningsOf(String setting) {
    Logger logger = (Logger) LoggerFactory.getLogger(Coordinator.class);
    ListAppender<ILoggingEvent> kept = new ListAppender<>();
    kept.start();
    logger.addAppender(kept);
    try {
      start(setting, "listen.port=0").close().await();
    } finally {
      logger.detachAppender(kept);
    }
    return kept.list.stream()
        .filter(event -> event.getLevel().equals(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void logFile_isOneJsonObjectALine() throws Exception {
    Logger ours = (Logger) LoggerFactory.getLogger("dev.tributary");
    Level before = ours.getLevel();
    ours.setLevel(Level.INFO);
    try {
      join(CoordinatorConfig.in(folder, "shutdown.graceSeconds=0")).close().await();
    } finally {
      ours.setLevel(before);
    }
    Path log = folder.resolve("logs").resolve("coordinator.jsonl");
    assertThat(Files.readAllLines(log))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  private Coordinator start(String... settings) {
    String[] all =
        Stream.concat(Stream.of("logs.file=false", "shutdown.graceSeconds=0"), Stream.of(settings))
            .toArray(String[]::new);
    return join(CoordinatorConfig.in(folder, all));
  }

  private void assertStartFails(String message, String... settings) {
    assertThatThrownBy(() -> start(settings))
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining(message);
  }

  private static Coordinator join(CoordinatorConfig config) {
    return Coordinator.start(config, ModelEvaluator.none())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }
}
