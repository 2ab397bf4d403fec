package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The coordinator as operators run it: a process of its own, stopped by a signal. */
@Timeout(180)
final class CoordinatorProcessTest {

  private static final int STOPPED_BY_SIGTERM = 143;
  private static final String TASK =
      """
      name: digits
      population: keyboards
      model: {format: tributary-model/1, input: [4], layers: [{type: linear, units: 2}],
              loss: softmax-cross-entropy, classes: 2}
      protocol: plain
      cohort: {target: 2}
      """;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  private record Running(Process process, JsonNode said) {
    String uri() {
      return said.path("uri").asText();
    }
  }

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void sigterm_stopsIt_andTheNextStartHasEverything() throws Exception {
    Running first = start();
    assertThat(ask(first, "population", "create", "keyboards")).contains("keyboards");
    Path task = Files.writeString(folder.resolve("task.yaml"), TASK);
    assertThat(ask(first, "task", "create", task.toString())).contains("digits");
    String models = ask(first, "model", "list");

    first.process.destroy();
    assertThat(first.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(first.process.exitValue()).isEqualTo(STOPPED_BY_SIGTERM);

    Running second = start();
    assertThat(ask(second, "task", "list")).contains("digits");
    assertThat(ask(second, "model", "list")).isEqualTo(models);
  }

  @Test
  void killedOutright_leavesAStateThatTheNextStartTakesOver() throws Exception {
    Running first = start();
    ask(first, "population", "create", "keyboards");
    first.process.destroyForcibly();
    assertThat(first.process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(ask(start(), "population", "list")).contains("keyboards");
  }

  private Running start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx256m",
                "dev.tributary.simulations.cli.Tributary",
                "coordinator",
                "--json",
                "stateDirectory=" + folder.resolve("state"),
                "listen.port=0",
                "shutdown.graceSeconds=0")
            .redirectError(folder.resolve("errors-" + started.size()).toFile())
            .start();
    started.add(process);
    BufferedReader said = process.inputReader();
    String line = said.readLine();
    assertThat(line).as("what it says when it listens").isNotNull();
    return new Running(process, new ObjectMapper().readTree(Objects.requireNonNull(line)));
  }

  private String ask(Running coordinator, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--coordinator",
            coordinator.uri(),
            "--token-file",
            folder.resolve("state").resolve("admin-token").toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Tributary.run(
            all.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
    assertThat(exitCode).as(err.toString()).isZero();
    return out.toString();
  }
}
