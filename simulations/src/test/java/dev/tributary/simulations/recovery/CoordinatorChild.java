package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator in a process of its own, as operators run it but for one class: the fail point that
 * can be armed. It is started again and again, on the same port and the same state. Used by one
 * thread at a time.
 */
final class CoordinatorChild implements AutoCloseable {

  private static final int KILLED = 128 + 9;
  private static final long PATIENCE_SECONDS = 120;

  private final Path folder;
  private final Path state;
  private final List<String> launcher;
  private final ChildClassPath classPath;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private @Nullable Process process;
  private int starts;

  /**
   * A coordinator that is not running yet.
   *
   * @param folder for its state, what it says, and the test's fail point
   */
  CoordinatorChild(Path folder) throws IOException {
    this(folder, folder.resolve("state"));
  }

  /** A coordinator on a state that may be there already. */
  CoordinatorChild(Path folder, Path state) throws IOException {
    this(folder, state, List.of());
  }

  /**
   * A coordinator with mounts of its own: its state is seen through its process.
   *
   * @param launcher comes before its command line and ends as its process
   */
  CoordinatorChild(Path folder, Path state, List<String> launcher) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.state = state;
    this.launcher = launcher;
    this.classPath =
        ChildClassPath.of(
            CompiledFailPoint.into(folder.resolve("fail-point")), folder.resolve("jars"));
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
    }
  }

  /** Where this test sees its state folder. */
  Path state() {
    return launcher.isEmpty()
        ? state
        : Path.of("/proc", Long.toString(running().pid()), "root")
            .resolve(state.toAbsolutePath().toString().substring(1));
  }

  /**
   * Where this test can read the database. SQLite takes the way into another process's mounts for a
   * link and follows it to nowhere: there the files are copied, while the process stands still.
   */
  Path database() throws IOException {
    String name = "tributary.db";
    if (launcher.isEmpty()) {
      return state.resolve(name);
    }
    Path copy = Files.createTempDirectory(folder, "database-").resolve(name);
    try {
      pause();
      Files.copy(state().resolve(name), copy);
      Files.copy(state().resolve(name + "-wal"), copy.resolveSibling(name + "-wal"));
      resume();
      return copy;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it; the time from then until it says that it is ready to serve. */
  Duration start() throws IOException, InterruptedException {
    Files.deleteIfExists(armed());
    long begunNanos = System.nanoTime();
    Process started =
        new ProcessBuilder(command())
            .redirectError(folder.resolve("errors-" + ++starts).toFile())
            .start();
    process = started;
    BufferedReader said = started.inputReader();
    String line = said.readLine();
    assertThat(line).as(() -> "what it says when it listens; " + errors()).isNotNull();
    assertThat(new ObjectMapper().readTree(Objects.requireNonNull(line)).path("uri").asText())
        .isEqualTo(uri().toString());
    assertThat(status("/health/ready")).isEqualTo(200);
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors-" + starts));
    } catch (IOException e) {
      return "nothing on standard error: " + e;
    }
  }

  /** What the process has used of processors since it started. */
  Duration cpuTime() {
    return running().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** With the options of the launcher. */
  private List<String> command() {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-modules=jdk.incubator.vector",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=dontinline,org.bouncycastle.math.ec.rfc7748.X25519Field::*",
            "-XX:CompileCommand=dontinline,org.bouncycastle.math.ec.rfc8032.Ed25519::*",
            "-Dfailpoint.file=" + armed()));
    command.addAll(classPath.options(folder.resolve("coordinator.jsa")));
    command.addAll(
        List.of(
            "dev.tributary.simulations.cli.Tributary",
            "coordinator",
            "--json",
            "stateDirectory=" + state,
            "listen.port=" + port,
            "logs.file=false",
            "shutdown.graceSeconds=0"));
    return command;
  }

  private Path armed() {
    return folder.resolve("armed");
  }

  /** From now on the process dies when the point is reached for the n-th time. */
  void arm(String point, int times) throws IOException {
    Path aside = Files.writeString(folder.resolve("arming"), point + " " + times);
    Files.move(aside, armed(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits until it has died of SIGKILL. */
  void awaitDeath() throws InterruptedException {
    Process dying = running();
    assertThat(dying.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it died").isTrue();
    assertThat(dying.exitValue()).isEqualTo(KILLED);
  }

  /** SIGTERM, and waits until it is gone: at the end of its first run the archive is made. */
  void stop() throws InterruptedException {
    Process stopping = running();
    stopping.destroy();
    assertThat(stopping.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it stopped").isTrue();
  }

  /** SIGKILL, now. */
  void kill() {
    running().destroyForcibly();
  }

  /** SIGSTOP: the process stands still until {@link #resume}. */
  void pause() throws IOException, InterruptedException {
    Signals.send("STOP", running());
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    Signals.send("CONT", running());
  }

  /** That its process is there for so long. */
  void standsFor(Duration time) throws InterruptedException {
    assertThat(running().waitFor(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
  }

  private Process running() {
    return Objects.requireNonNull(process, "start it first");
  }

  int status(String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(uri().resolve(path)).timeout(Duration.ofSeconds(60)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  String text(String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(uri().resolve(path)).timeout(Duration.ofSeconds(60)).build(),
            BodyHandlers.ofString())
        .body();
  }

  Operator operator() throws IOException {
    return new Operator(http, uri(), Files.readString(state().resolve("admin-token")).strip());
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
    http.shutdownNow();
  }
}
