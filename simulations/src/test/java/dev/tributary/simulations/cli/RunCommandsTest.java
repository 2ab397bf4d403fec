package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code demo}, {@code simulate} and {@code bench simulation} as somebody at a terminal sees them.
 */
final class RunCommandsTest {

  private static final String SCENARIO =
      """
      name: tiny
      data: {name: strokes, examplesPerDevice: 20, testExamples: 50}
      model: logistic
      devices: 3
      rounds: 2
      training: {learningRate: 0.1}
      """;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Tributary.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private int simulate(String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.yaml"), SCENARIO);
    var arguments = new ArrayList<>(List.of("simulate", file.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    assertThat(out.toString().lines()).hasSize(1);
    return new JsonMapper().readTree(out.toString());
  }

  @Test
  void simulate_json_printsOneObjectAndLeavesReportTablesAndModel() throws IOException {
    Path results = folder.resolve("results");
    assertThat(simulate("--out", results.toString(), "--json")).isZero();
    JsonNode fields = json();
    assertThat(fields.fieldNames())
        .toIterable()
        .contains(
            "accuracy",
            "loss",
            "macroF1",
            "rounds",
            "devices",
            "seconds",
            "bytesUp",
            "bytesDown",
            "modelDigest",
            "report");
    assertThat(fields.get("rounds").asInt()).isEqualTo(2);
    assertThat(fields.get("devices").asInt()).isEqualTo(3);
    assertThat(results)
        .isDirectoryContaining("glob:**report.html")
        .isDirectoryContaining("glob:**rounds.csv");
    assertThat(results)
        .isDirectoryContaining("glob:**summary.json")
        .isDirectoryContaining("glob:**model.safetensors");
    assertThat(err.toString()).contains("2/2");
  }

  @Test
  void simulate_aModelThatDiverged_isAFailureOrNullButNeverText() throws IOException {
    int code =
        simulate(
            "--out", folder.resolve("diverged").toString(), "--json", "training.learningRate=1e30");
    if (code == 0) {
      assertThat(json().get("loss").isNull() || json().get("loss").isNumber()).isTrue();
    } else {
      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).contains("round 1");
    }
  }

  @Test
  void simulate_unknownKey_isExitCode2AndNamesTheNearest() throws IOException {
    assertThat(simulate("ruonds=3")).isEqualTo(2);
    assertThat(err.toString()).contains("ruonds").contains("rounds");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void simulate_missingScenarioOrData_isExitCode2AndNamesTheFile() throws IOException {
    assertThat(run("simulate", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.yaml");
    assertThat(
            simulate(
                "data.name=mnist",
                "data.dir=" + folder.resolve("nodata"),
                "--out",
                folder.resolve("o").toString()))
        .isEqualTo(2);
  }

  @Test
  void simulate_folderThatCannotBeMade_isExitCode2BeforeAnyWork() throws IOException {
    Path file = Files.writeString(folder.resolve("a-file"), "");
    assertThat(simulate("--out", file.resolve("below").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("a-file");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void simulate_overHttpIntoTheSameFolderTwice_startsAfresh() throws IOException {
    String[] arguments = {"--out", folder.resolve("o").toString(), "transport=http", "rounds=1"};
    assertThat(simulate(arguments)).as(err::toString).isZero();
    assertThat(simulate(arguments)).as(err::toString).isZero();
    assertThat(folder.resolve("o").resolve("state-2")).isDirectory();
  }

  @Test
  void demo_json_isARunOverHttpWithItsFilesAndLogs() throws IOException {
    Path results = folder.resolve("demo");
    int code =
        run(
            "demo",
            "--json",
            "--out",
            results.toString(),
            "devices=4",
            "cohort=4",
            "rounds=2",
            "minimumReports=4",
            "behaviour.dropOuts=0");
    assertThat(code).as(err::toString).isZero();
    JsonNode fields = json();
    assertThat(fields.get("rounds").asInt()).isEqualTo(2);
    assertThat(fields.get("devices").asInt()).isEqualTo(4);
    assertThat(fields.get("protocol").asText()).isEqualTo("SECAGG_PLUS");
    assertThat(fields.get("accuracy").asDouble()).isBetween(0.2, 1.0);
    assertThat(fields.get("seconds").asDouble()).isPositive();
    assertThat(Path.of(fields.get("model").asText())).isRegularFile();
    assertThat(results.resolve("state").resolve("coordinator").resolve("logs"))
        .isNotEmptyDirectory();
  }

  @Test
  void demo_unknownData_isExitCode2AndSaysWhatThereIs() {
    assertThat(run("demo", "--data", "cifar")).isEqualTo(2);
    assertThat(err.toString()).contains("cifar").contains("mnist=DIR");
  }

  @Test
  void benchSimulation_json_givesBothTimesAndTheOverhead() throws IOException {
    assertThat(
            run(
                "bench",
                "simulation",
                "--json",
                "--repetitions",
                "1",
                "rounds=1",
                "training.epochs=1",
                "devices=2",
                "cohort=2"))
        .isZero();
    JsonNode fields = json();
    double framework = fields.get("frameworkSeconds").asDouble();
    double plain = fields.get("plainLoopSeconds").asDouble();
    assertThat(fields.get("overhead").asDouble()).isCloseTo(framework / plain - 1, within(1e-9));
  }

  @Test
  void theTaskOfTheReadme_isAValidTask() throws IOException {
    TaskConfig task = TaskConfig.parse(Files.readString(Path.of("../docs/examples/digits.yaml")));
    assertThat(task.population().text()).isEqualTo("clinics");
    assertThat(task.cohort().selectionCount()).isEqualTo(2);
  }

  @Test
  void simulateChaos_json_printsWhatWasDoneAndWhatWentWrong() throws IOException {
    assertThat(run("simulate", "--chaos", "--seeds", "3", "--seed", "5", "--json")).isZero();
    JsonNode fields = json();
    assertThat(fields.get("schedules").asInt()).isEqualTo(3);
    assertThat(fields.get("operations").isObject()).isTrue();
    assertThat(fields.get("faults").size()).isEqualTo(20);
    assertThat(fields.get("violations").asInt()).isZero();
    assertThat(fields.get("firstViolation").isNull()).isTrue();
  }

  @Test
  void simulate_withoutScenarioAndWithoutChaos_isWrongUsage() {
    assertThat(run("simulate")).isEqualTo(2);
    assertThat(err.toString()).contains("--chaos");
  }

  @Test
  void simulateChaos_withAScenario_isWrongUsage() {
    assertThat(run("simulate", "tiny.yaml", "--chaos")).isEqualTo(2);
    assertThat(err.toString()).contains("takes no scenario");
  }
}
