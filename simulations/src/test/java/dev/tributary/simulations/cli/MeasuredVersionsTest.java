package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.aggregation.publish.VersionMetrics;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.simulations.artifact.RowsEvaluator;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.scenario.Scenario;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How well the files of a version do: who measures it, where it is told, what gates make of it. */
@Timeout(120)
class MeasuredVersionsTest {

  private static final String DATA = "strokes,imageSize=12,examplesPerDevice=4,testExamples=200";
  private static final String CHANNEL = "pens/stable";
  private static final List<String> KINDS = List.of("fp16", "int8", "int4", "onnx");
  private static final TaskName OLD = new TaskName("old");
  private static final TaskName NEW = new TaskName("new");

  @TempDir private Path folder;
  private OperatedCoordinator coordinator;
  private String version;

  @BeforeEach
  void start() throws Exception {
    Dataset rows = Scenario.data("--data", DATA).load(100, 1);
    begin(new RowsEvaluator(Map.of(OLD, rows, NEW, rows)));
  }

  private void begin(ModelEvaluator evaluator) throws Exception {
    coordinator = OperatedCoordinator.start(folder, evaluator, "publishing.reviewSeconds=1");
    ask("population", "create", "pens");
    coordinator.installRoot();
    version = version(OLD, 1);
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  /** A coordinator without rows, in place of the one that has some. */
  private void restartWithoutRows() throws Exception {
    coordinator.close();
    folder = Files.createDirectory(folder.resolve("without-rows"));
    begin(ModelEvaluator.none());
  }

  private String version(TaskName task, int seed) throws Exception {
    Path file = folder.resolve(task + ".yaml");
    Files.writeString(
        file,
        """
        name: %s
        population: pens
        model: {format: tributary-model/1, input: [144],
                layers: [{type: linear, units: 32}, {type: relu}, {type: linear, units: 10}],
                loss: softmax-cross-entropy, classes: 10}
        seed: %d
        protocol: plain
        cohort: {target: 1000, minimum: 1000}
        """
            .formatted(task, seed));
    return ask("task", "create", file.toString()).path("latest").path("digest").asText();
  }

  private JsonNode ask(String... words) throws Exception {
    return coordinator.ask(words);
  }

  private JsonNode compress(String of, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("model", "compress", of));
    words.addAll(List.of("--repetitions", "1", "--upload"));
    words.addAll(List.of(more));
    return ask(words.toArray(String[]::new));
  }

  private void promote(String of, String kinds, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("model", "promote", of));
    words.addAll(List.of("--channel", CHANNEL, "--kinds", kinds));
    words.addAll(List.of(more));
    ask(words.toArray(String[]::new));
  }

  private static ArtifactEntry artifact(VersionManifest manifest, ArtifactKind kind) {
    return manifest.artifacts().stream()
        .filter(entry -> entry.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private static VersionMetrics measured(VersionManifest manifest, ArtifactKind kind, String data) {
    return artifact(manifest, kind).metrics().stream()
        .filter(metrics -> metrics.data().startsWith(data))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void coordinatorsRows_measureEachPublishedFile_fromItsOwnBytes() throws Exception {
    compress(version, "--kinds", "onnx");
    promote(version, String.join(",", KINDS));

    JsonNode seen = compress(version, "--published", "--data", DATA);
    VersionManifest manifest = coordinator.manifest(version);
    for (String kind : KINDS) {
      JsonNode file = seen.path(kind);
      ArtifactKind of = ArtifactKind.ofCode(kind).orElseThrow();
      assertThat(file.path("digest").asText())
          .as("the published file, not another one of the kind")
          .isEqualTo(artifact(manifest, of).file().hex());
      VersionMetrics told = measured(manifest, of, "coordinator");
      assertThat(told.examples()).as(kind).isEqualTo(200);
      assertThat(told.accuracyPpm() / 1e6)
          .as(kind)
          .isCloseTo(file.path("accuracy").asDouble(), within(1e-6));
      assertThat(told.lossMillionths() / 1e6)
          .as(kind)
          .isCloseTo(file.path("loss").asDouble(), within(2e-6));
      assertThat(told.recallPpm()).as(kind).hasSize(10);
    }
    assertThat(measured(manifest, ArtifactKind.INT4, "coordinator").lossMillionths())
        .as("another file, another loss")
        .isNotEqualTo(measured(manifest, ArtifactKind.FLOAT32, "coordinator").lossMillionths());
  }

  @Test
  void whatOthersMeasured_isInTheNextManifest_underTheNameOfTheirRows() throws Exception {
    restartWithoutRows();
    JsonNode made = compress(version, "--kinds", "pruned", "--epochs", "1", "--data", DATA);
    assertThat(made.path("pruned").path("measuredOn").asText()).isEqualTo("strokes");
    promote(version, "pruned,int8");
    VersionManifest manifest = coordinator.manifest(version);
    assertThat(measured(manifest, ArtifactKind.PRUNED, "strokes").accuracyPpm() / 1e6)
        .isCloseTo(made.path("pruned").path("accuracy").asDouble(), within(1e-6));
    assertThat(artifact(manifest, ArtifactKind.INT8).metrics()).isEmpty();

    compress(version, "--published", "--kinds", "int8", "--data", DATA);
    promote(version, "pruned,int8");
    assertThat(measured(coordinator.manifest(version), ArtifactKind.INT8, "strokes").examples())
        .isEqualTo(200);
  }

  private JsonNode staged(String of, String kinds, String accuracyLoss) throws Exception {
    promote(
        of,
        kinds,
        "--stages",
        "1,5,25,100",
        "--gates",
        "{\"minimumDevices\":1,\"minimumCalls\":1,\"maximumAccuracyLoss\":" + accuracyLoss + "}");
    return ask("channel", "show", CHANNEL);
  }

  /** What the gates of a rollout under way say, once they have said it. */
  private String standing() throws Exception {
    String standing = "";
    while (!standing.contains("reported")) { // as any review says
      standing = ask("channel", "show", CHANNEL).path("rollout").path("standing").asText();
    }
    return standing;
  }

  @Test
  void float32ThatOnlyAnOperatorMeasured_reachesTheGate() throws Exception {
    restartWithoutRows();
    promote(version, "int8");
    String next = version(NEW, 2);
    compress(version, "--published", "--data", DATA);
    compress(next, "--kinds", "float32", "--data", DATA);
    staged(next, "int8", "1");
    assertThat(standing())
        .contains("0 of at least 1 devices")
        .doesNotContain("no accuracy was measured");
  }

  @Test
  void fileOfUnknownOrigin_holdsUntilItIsMeasured_whateverItsKind() throws Exception {
    restartWithoutRows();
    promote(version, "int8,fp16");
    String next = version(NEW, 2);
    compress(next, "--kinds", "int8,onnx"); // uploaded without having been measured
    staged(next, "int8,fp16,onnx", "1");
    assertThat(standing())
        .contains("the accuracy of int8, which may have weights of its own")
        .contains("the accuracy of onnx, which may have weights of its own")
        .doesNotContain("fp16");
  }

  @Test
  void otherRows_haveAnotherName_andFilesAreMeasuredAgain() throws Exception {
    promote(version, "int8");
    coordinator.close();
    Dataset others = Scenario.data("--data", DATA).load(100, 2);
    coordinator =
        OperatedCoordinator.start(
            folder, new RowsEvaluator(Map.of(OLD, others)), "publishing.reviewSeconds=1");
    promote(version, "int8");
    assertThat(artifact(coordinator.manifest(version), ArtifactKind.INT8).metrics())
        .extracting(VersionMetrics::data)
        .hasSize(2)
        .doesNotHaveDuplicates()
        .allMatch(data -> data.startsWith("coordinator-"));
  }

  @Test
  void kindThatWasNotPublished_isNotMeasured_andSaysSo() throws Exception {
    promote(version, "int8");
    StringWriter err = new StringWriter();
    int exit =
        coordinator.run(
            new StringWriter(),
            err,
            "model",
            "compress",
            version,
            "--published",
            "--kinds",
            "int4");
    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).contains(version, "was published without int4");
  }

  /** Both float32 networks tell as little; only the pruned file of the first learned anything. */
  @Test
  void versionThatIsOnlyWorseInAFileThatDevicesTake_isRolledBack() throws Exception {
    JsonNode good = compress(version, "--kinds", "pruned", "--epochs", "8", "--data", DATA);
    promote(version, "pruned");
    String next = version(NEW, 2);
    JsonNode bad = compress(next, "--kinds", "pruned", "--rows", "1", "--data", DATA);
    assertThat(good.path("pruned").path("accuracy").asDouble())
        .isGreaterThan(bad.path("pruned").path("accuracy").asDouble() + .4);

    staged(next, "pruned", "0.3");
    JsonNode change = ask("channel", "history", CHANNEL).path("changes").get(0);
    while (!change.path("action").asText().equals("ROLLED_BACK")) {
      change = ask("channel", "history", CHANNEL).path("changes").get(0);
    }
    assertThat(change.path("reason").asText())
        .contains("accuracy lost by pruned on coordinator")
        .doesNotContain("accuracy lost:");
  }
}
