package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.DeviceId;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device in a process of its own that can be killed and started again. Used by one thread. */
final class DeviceChild implements RoundDevice {

  private static final int KILLED = 128 + 9;

  private final int number;
  private final URI coordinator;
  private final String token;
  private final Path folder;
  private final Set<Long> receipts = new HashSet<>();
  private @Nullable Process process;
  private @Nullable BufferedReader said;
  private @Nullable DeviceId id;

  DeviceChild(int number, URI coordinator, String token, Path folder) {
    this.number = number;
    this.coordinator = coordinator;
    this.token = token;
    this.folder = folder;
  }

  DeviceChild start() throws IOException {
    return startAndStandStillIn("no state");
  }

  /** Once it has come to this state and said so, it does nothing more. */
  DeviceChild startAndStandStillIn(String state) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tributary.simulations.recovery.DeviceMain",
                Integer.toString(number),
                coordinator.toString(),
                token,
                folder.toString(),
                state)
            .redirectError(folder.resolveSibling("device-errors-" + number).toFile())
            .start();
    said = running().inputReader();
    String first = Objects.requireNonNull(said.readLine(), "the device's process ended");
    id = new DeviceId(first.substring("id ".length()));
    return this;
  }

  /** Reads on until it says that it is in this state; the number of the round. */
  long awaitState(String state) throws IOException {
    while (true) {
      String line = said().readLine();
      assertThat(line).as("the device's process goes on").isNotNull();
      long round = note(Objects.requireNonNull(line));
      if (line.startsWith(state + " ")) {
        return round;
      }
    }
  }

  /** SIGKILL; what it had said before is still heard. */
  void kill() throws IOException, InterruptedException {
    Signals.send("KILL", running()); // Java would close what it said along with it
    assertThat(running().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(running().exitValue()).isEqualTo(KILLED);
    for (String line = said().readLine(); line != null; line = said().readLine()) {
      note(line);
    }
  }

  void pause() throws IOException, InterruptedException {
    Signals.send("STOP", running());
  }

  void resume() throws IOException, InterruptedException {
    Signals.send("CONT", running());
  }

  private long note(String line) {
    long round = Long.parseLong(line.substring(line.indexOf(' ') + 1));
    if (line.startsWith("uploaded ")) {
      receipts.add(round);
    }
    return round;
  }

  private Process running() {
    return Objects.requireNonNull(process, "start it first");
  }

  private BufferedReader said() {
    return Objects.requireNonNull(said, "start it first");
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public DeviceId id() {
    return Objects.requireNonNull(id, "start it first");
  }

  @Override
  public Set<Long> receipts() {
    return Set.copyOf(receipts);
  }

  @Override
  public List<Throwable> defects() {
    return List.of();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
