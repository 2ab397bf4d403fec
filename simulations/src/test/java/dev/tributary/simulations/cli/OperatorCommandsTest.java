package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator's commands against a running coordinator: what they print and what they exit with.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperatorCommandsTest {

  private static final String TASK =
      """
      name: digits
      population: keyboards
      model: {format: tributary-model/1, input: [4], layers: [{type: linear, units: 2}],
              loss: softmax-cross-entropy, classes: 2}
      protocol: plain
      cohort: {target: 2}
      """;

  private Path folder;
  private Coordinator coordinator;

  private record Ran(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      List<String> lines = out.lines().toList();
      assertThat(lines).as("one object on one line").hasSize(1);
      return new ObjectMapper().readTree(lines.getFirst());
    }
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    coordinator =
        Coordinator.start(
                CoordinatorConfig.in(
                    folder.resolve("state"), "logs.file=false", "shutdown.graceSeconds=0"),
                ModelEvaluator.none())
            .await();
    assertThat(ask("population", "create", "keyboards").exitCode).isZero();
    assertThat(ask("task", "create", task(TASK).toString()).exitCode).isZero();
  }

  @AfterAll
  void stop() {
    coordinator.close().await();
  }

  @Test
  void taskList_isATable_andOneObjectWithJson() throws IOException {
    Ran table = ask("task", "list");
    assertThat(table.out.lines().findFirst().orElse(""))
        .startsWith("task")
        .contains("population", "status");
    assertThat(table.out).contains("digits").contains("keyboards");
    JsonNode json = ask("task", "list", "--json").json();
    assertThat(json.path("tasks").get(0).path("name").asText()).isEqualTo("digits");
  }

  @Test
  void taskShow_hasItsWholeConfiguration() throws IOException {
    assertThat(ask("task", "show", "digits").out).contains("digits", "keyboards");
    JsonNode config = ask("task", "show", "digits", "--json").json().path("config");
    assertThat(config.path("cohort").path("target").asInt()).isEqualTo(2);
  }

  @Test
  void pauseAndResume_changeTheStatus() throws IOException {
    assertThat(ask("task", "pause", "digits", "--json").json().path("status").asText())
        .isEqualTo("PAUSED");
    assertThat(ask("task", "resume", "digits", "--json").json().path("status").asText())
        .isEqualTo("RUNNING");
  }

  @Test
  void taskThatIsThere_isNotCreatedAgain() throws IOException {
    Ran ran = ask("task", "create", task(TASK).toString());
    assertThat(ran.exitCode).isEqualTo(1);
    assertThat(ran.err).contains("name-taken");
    assertThat(ran.out).isEmpty();
  }

  @Test
  void taskFileWithAMistypedKey_isWrongUsage_namingTheNearest() throws IOException {
    Ran ran = ask("task", "create", task(TASK + "untill: {rounds: 1}\n").toString());
    assertThat(ran.exitCode).isEqualTo(2);
    assertThat(ran.err).contains("untill").contains("did you mean 'until'");
  }

  @Test
  void taskFileThatIsMissing_isNamed() {
    Ran ran = ask("task", "create", folder.resolve("none.yaml").toString());
    assertThat(ran.exitCode).isEqualTo(2);
    assertThat(ran.err).contains("none.yaml").contains("does not exist");
  }

  @Test
  void unknownTask_isAFailure() {
    assertThat(ask("task", "show", "nothing").exitCode).isEqualTo(1);
    assertThat(ask("task", "show", "../tokens").exitCode).isEqualTo(2);
  }

  @Test
  void initialModel_isListed_andDownloadedWithItsDigest() throws Exception {
    JsonNode model =
        ask("model", "list", "--task", "digits", "--json").json().path("models").get(0);
    String digest = model.path("digest").asText();
    assertThat(ask("model", "show", digest).out).contains(digest);
    Path file = folder.resolve("model.safetensors");
    Ran ran = ask("model", "download", digest, "--out", file.toString(), "--json");
    assertThat(ran.json().path("bytes").asLong()).isEqualTo(Files.size(file));
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    assertThat(HexFormat.of().formatHex(sha256)).isEqualTo(digest);
  }

  @Test
  void modelThatIsNotThere_leavesNoFile() {
    Path file = folder.resolve("other.safetensors");
    assertThat(ask("model", "download", "0".repeat(64), "--out", file.toString()).exitCode)
        .isEqualTo(1);
    assertThat(file).doesNotExist();
    assertThat(file.resolveSibling("other.safetensors.unfinished")).doesNotExist();
  }

  @Test
  void token_isShownOnce_aloneOnItsLine() {
    Ran ran = ask("token", "create", "--population", "keyboards", "--uses", "3");
    assertThat(ran.out.strip()).matches("[A-Za-z0-9_-]{43}");
    assertThat(ask("token", "create", "--population", "nobody").exitCode).isEqualTo(1);
  }

  @Test
  void roundsAndDevices_areListed() throws IOException {
    assertThat(ask("round", "list", "--json").json().path("rounds").isArray()).isTrue();
    assertThat(ask("population", "list").out).contains("keyboards");
  }

  @Test
  void wrongToken_isRefused_withExitCode4_andNotRepeated() {
    String wrong = "A".repeat(43);
    Ran ran = run("task", "list", "--coordinator", coordinator.uri().toString(), "--token", wrong);
    assertThat(ran.exitCode).isEqualTo(4);
    assertThat(ran.err).contains("refused").doesNotContain(wrong);
  }

  @Test
  void plainHttpToAnotherMachine_isRefused_beforeTheTokenLeaves() {
    for (String address :
        List.of("http://coordinator.invalid:8080", "HTTP://10.1.2.3", "http://[2001:db8::1]:80")) {
      Ran ran = run("task", "list", "--coordinator", address, "--token", "A".repeat(43));
      assertThat(ran.exitCode).as(address).isEqualTo(2);
      assertThat(ran.err).contains("--insecure-plaintext").doesNotContain("A".repeat(43));
    }
  }

  @Test
  void plainHttpToAnotherMachine_whenAskedFor_isTried() {
    Ran ran =
        run(
            "task",
            "list",
            "--coordinator",
            "http://coordinator.invalid:8080",
            "--token",
            "A".repeat(43),
            "--insecure-plaintext");
    assertThat(ran.exitCode).isEqualTo(3);
  }

  @Test
  void coordinatorThatIsNotThere_isExitCode3() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Ran ran =
        run("task", "list", "--coordinator", "http://127.0.0.1:" + free, "--token", "A".repeat(43));
    assertThat(ran.exitCode).isEqualTo(3);
    assertThat(ran.err).contains("cannot be reached");
  }

  @Test
  void noToken_isWrongUsage_sayingWhereOneIs() {
    Ran ran = run("task", "list", "--token-file", folder.resolve("none").toString());
    assertThat(ran.exitCode).isEqualTo(2);
    assertThat(ran.err).contains("does not exist");
  }

  @Test
  void coordinatorWithAWrongKey_isWrongUsage() {
    Ran ran = run("coordinator", "listen.prot=1");
    assertThat(ran.exitCode).isEqualTo(2);
    assertThat(ran.err).contains("did you mean 'listen.port'");
  }

  @Test
  void everyCommand_explainsItself() {
    for (String[] command :
        new String[][] {
          {"coordinator"},
          {"task"},
          {"task", "create"},
          {"task", "list"},
          {"task", "show"},
          {"task", "pause"},
          {"task", "resume"},
          {"round"},
          {"round", "list"},
          {"round", "show"},
          {"round", "watch"},
          {"model"},
          {"model", "list"},
          {"model", "show"},
          {"model", "download"},
          {"token"},
          {"token", "create"},
          {"population"},
          {"population", "create"},
          {"population", "list"},
          {"bench", "intake"}
        }) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.add("--help");
      Ran ran = run(arguments.toArray(String[]::new));
      assertThat(ran.exitCode).as(arguments.toString()).isZero();
      assertThat(ran.out).startsWith("Usage: tributary " + String.join(" ", command));
    }
  }

  private Path task(String yaml) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "task", ".yaml"), yaml);
  }

  private Ran ask(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--coordinator",
            coordinator.uri().toString(),
            "--token-file",
            coordinator.adminTokenFile().toString()));
    return run(all.toArray(String[]::new));
  }

  private static Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Tributary.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ran(exitCode, out.toString(), err.toString());
  }
}
