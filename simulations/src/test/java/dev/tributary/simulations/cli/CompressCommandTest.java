package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.UpdateOutcome;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.OnnxLoader;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a version to smaller forms of it, and on to a device that runs one. */
@Timeout(120)
class CompressCommandTest {

  private static final String DATA = "strokes,imageSize=12,examplesPerDevice=4,testExamples=100";
  private static final int PIXELS = 144;

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();
  private OperatedCoordinator coordinator;
  private String version;

  @BeforeEach
  void start() throws Exception {
    coordinator = OperatedCoordinator.start(folder);
    ask("population", "create", "pens");
    Path task = folder.resolve("task.yaml");
    Files.writeString(
        task,
        """
        name: strokes
        population: pens
        model: {format: tributary-model/1, input: [144],
                layers: [{type: linear, units: 64}, {type: relu}, {type: linear, units: 10}],
                loss: softmax-cross-entropy, classes: 10}
        seed: 1
        protocol: plain
        cohort: {target: 1000, minimum: 1000}
        """);
    version = ask("task", "create", task.toString()).path("latest").path("digest").asText();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private JsonNode ask(String... words) throws Exception {
    return coordinator.ask(words);
  }

  private void assertFails(int exit, List<String> parts, String... words) throws Exception {
    assertThat(coordinator.run(new StringWriter(), err, words)).as(err.toString()).isEqualTo(exit);
    assertThat(err.toString()).contains(parts);
  }

  private JsonNode compress(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("model", "compress", version));
    words.addAll(List.of("--repetitions", "1", "--epochs", "1"));
    words.addAll(List.of(more));
    return ask(words.toArray(String[]::new));
  }

  @Test
  void everyKind_isMade_andMeasured_andSaved_andThePageShowsAll() throws Exception {
    Path out = folder.resolve("out");
    Path page = folder.resolve("page.html");
    JsonNode result = compress("--data", DATA, "--out", out.toString(), "--page", page.toString());

    JsonNode baseline = result.path("float32");
    assertThat(baseline.path("digest").asText()).isEqualTo(version);
    for (String kind : ArtifactKind.codes()) {
      JsonNode figure = result.path(kind);
      assertThat(figure.path("sizeRatio").asDouble())
          .as(kind)
          .isEqualTo(baseline.path("bytes").asDouble() / figure.path("bytes").asDouble());
      assertThat(figure.path("accuracyLoss").asDouble())
          .as(kind)
          .isEqualTo(baseline.path("accuracy").asDouble() - figure.path("accuracy").asDouble());
      assertThat(figure.path("latencyMillis").asDouble()).as(kind).isPositive();
      assertThat(figure.path("speedup").asDouble()).as(kind).isPositive();
      assertThat(figure.path("macroF1").isNumber()).as(kind).isTrue();
      assertThat(figure.path("recall")).as(kind).hasSize(10);
      assertThat(Path.of(figure.path("file").asText()))
          .as(kind)
          .hasSize(figure.path("bytes").asLong());
    }
    assertThat(result.path("onnx").path("agreement").asDouble()).isEqualTo(1);
    assertThat(result.path("pruned").path("sizeRatio").asDouble()).isGreaterThan(1.8);
    assertThat(result.path("distilled").path("sizeRatio").asDouble()).isGreaterThan(3);
    ModelSpec student = ModelSpec.fromJson(Files.readString(out.resolve("distilled.json")));
    assertThat(student.layout().dimension())
        .isEqualTo(result.path("distilled").path("parameters").asInt());
    assertThat(result.path("testRows").asInt()).isEqualTo(100);
    assertThat(Files.readString(page))
        .contains("<svg", "onnx-int8", version.substring(0, 12), "</html>")
        .doesNotContain("{{", "<script", "http:", "https:");
  }

  @Test
  void kindsThatANetworkHasNot_areLeftOut_withTheReason_unlessTheyWereNamed() throws Exception {
    Path task = folder.resolve("flat.yaml");
    Files.writeString(
        task,
        """
        name: flat
        population: pens
        model: {format: tributary-model/1, input: [144], layers: [{type: linear, units: 10}],
                loss: softmax-cross-entropy, classes: 10}
        seed: 1
        protocol: plain
        cohort: {target: 1000, minimum: 1000}
        """);
    version = ask("task", "create", task.toString()).path("latest").path("digest").asText();
    JsonNode result = compress("--data", DATA, "--upload");
    assertThat(result.path("leftOut").fieldNames())
        .toIterable()
        .containsExactly("pruned", "distilled");
    assertThat(result.path("onnx").path("uploaded").asText()).hasSize(64);
    assertThat(result.path("int8").has("accuracy")).isTrue();
    assertThat(result.path("int8").has("uploaded")).isFalse();
    assertFails(
        1,
        List.of("pruned: the network has no channels"),
        "model",
        "compress",
        version.substring(0, 8),
        "--data",
        DATA,
        "--kinds",
        "pruned");
  }

  @Test
  void weightsCanBePruned_insteadOfChannels_andAreSmallerByTheirZeros() throws Exception {
    JsonNode result =
        compress("--kinds", "pruned", "--keep-weights", "0.1", "--data", DATA, "--upload");
    JsonNode pruned = result.path("pruned");
    assertThat(pruned.path("codecs"))
        .extracting(JsonNode::asText)
        .containsExactly("prune-magnitude", "sparse");
    assertThat(pruned.path("parameters").asInt())
        .isEqualTo(result.path("float32").path("parameters").asInt());
    assertThat(pruned.path("sizeRatio").asDouble()).isGreaterThan(5);
    assertThat(pruned.path("accuracyLoss").asDouble())
        .as("tuned, and the version is not")
        .isNegative();
    assertThat(pruned.path("uploaded").asText()).hasSize(64);
    assertFails(
        2,
        List.of("--keep-weights", "got 1.5"),
        "model",
        "compress",
        version,
        "--keep-weights",
        "1.5");
  }

  @Test
  void withoutRows_whatNeedsNone_isMade_withSizeAndLatency() throws Exception {
    JsonNode result = compress();
    for (String kind : List.of("float32", "fp16", "int8", "int4", "onnx")) {
      assertThat(result.path(kind).path("latencyMillis").asDouble()).as(kind).isPositive();
      assertThat(result.path(kind).has("accuracy")).as(kind).isFalse();
    }
    assertThat(result.has("pruned")).isFalse();
    assertThat(result.path("int8").path("sizeRatio").asDouble()).isGreaterThan(3);
  }

  @Test
  void kindThatNeedsRows_isRefusedWithoutThem_byName() throws Exception {
    for (String kind : List.of("pruned", "distilled", "onnx-int8")) {
      assertFails(
          2,
          List.of(kind + " cannot be made without rows", "--data"),
          "model",
          "compress",
          version,
          "--kinds",
          "fp16," + kind);
    }
    assertFails(
        2, List.of("--page", "--data"), "model", "compress", version, "--page", "page.html");
    assertFails(
        2,
        List.of("--published --upload", "needs rows", "--data"),
        "model",
        "compress",
        version,
        "--published",
        "--upload");
    assertFails(2, List.of("'int9'", "onnx-int8"), "model", "compress", version, "--kinds", "int9");
  }

  @Test
  void rowsThatTheNetworkDoesNotTake_areRefused() throws Exception {
    assertFails(
        2,
        List.of("expected rows of 144 values and 10 classes", "got 784 and 10"),
        "model",
        "compress",
        version,
        "--data",
        "strokes");
    assertFails(
        2, List.of("data.name"), "model", "compress", version, "--data", "nothing-like-this");
  }

  @Test
  void kindThatWasNotUploaded_cannotBePromoted_andSaysWhatToDo() throws Exception {
    coordinator.installRoot();
    assertFails(
        1,
        List.of("no artifact of kind pruned", version, "model compress"),
        "model",
        "promote",
        version,
        "--channel",
        "pens/stable",
        "--kinds",
        "pruned");
  }

  @Test
  void uploadedNetwork_isInTheManifest_andADeviceRunsIt() throws Exception {
    SignedMetadata<RootMetadata> root = coordinator.installRoot();
    JsonNode made =
        compress("--kinds", "pruned,distilled", "--data", DATA, "--store", "int8", "--upload");
    String file = made.path("pruned").path("uploaded").asText();
    assertThat(file).isEqualTo(made.path("pruned").path("digest").asText()).hasSize(64);
    ask("model", "promote", version, "--channel", "pens/stable", "--kinds", "pruned,fp16");

    assertThat(ask("model", "gc", "--uploaded").path("count").asInt()).isZero();
    Path saved = folder.resolve("pruned.safetensors");
    ask("model", "export", version, "--kind", "pruned", "--out", saved.toString());
    assertThat(saved).hasSize(made.path("pruned").path("bytes").asLong());
    try (ModelDevice device = refreshed(root, new SafetensorsLoader())) {
      StoredModel model = device.model();
      assertThat(model.version().hex()).isEqualTo(version);
      assertThat(model.spec().layout().dimension())
          .isEqualTo(made.path("pruned").path("parameters").asInt());
      assertThat(model.codecs()).containsExactly("prune-channels", "int8");
    }
  }

  @Test
  void publishedGraph_isTheSmallest_andADeviceWithOnnxRuntimeRunsIt() throws Exception {
    SignedMetadata<RootMetadata> root = coordinator.installRoot();
    compress("--kinds", "onnx-int8", "--data", DATA, "--upload");
    ask("model", "promote", version, "--channel", "pens/stable", "--kinds", "onnx-int8,fp16");
    try (ModelDevice device =
        refreshed(root, ArtifactLoader.anyOf(new SafetensorsLoader(), new OnnxLoader()))) {
      assertThat(device.model().kind()).isEqualTo(ArtifactKind.ONNX_INT8);
    }
  }

  @Test
  void deviceWithoutOnnxRuntime_takesWhatItCanRun_ofTheSameVersion() throws Exception {
    SignedMetadata<RootMetadata> root = coordinator.installRoot();
    compress("--kinds", "onnx-int8", "--data", DATA, "--upload");
    ask("model", "promote", version, "--channel", "pens/stable", "--kinds", "onnx-int8,fp16");
    try (ModelDevice device = refreshed(root, new SafetensorsLoader())) {
      assertThat(device.model().kind()).isEqualTo(ArtifactKind.FP16);
    }
  }

  /** A new device that has looked for models once, and called what it found. */
  private ModelDevice refreshed(SignedMetadata<RootMetadata> root, ArtifactLoader loader)
      throws Exception {
    Path home = Files.createDirectory(folder.resolve("device"));
    ModelDevice device =
        new ModelDevice(
            coordinator.uri(), root, "pens", coordinator.token("pens", 1), home, loader);
    assertThat(device.refresh()).isInstanceOf(UpdateOutcome.Switched.class);
    assertThat(device.versionThatAnswers(Examples.of(new float[PIXELS], PIXELS, new int[] {0})))
        .isEqualTo(version);
    return device;
  }
}
