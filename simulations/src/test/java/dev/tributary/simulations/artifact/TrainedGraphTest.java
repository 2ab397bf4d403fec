package dev.tributary.simulations.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.onnx.ActivationRanges;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.source.DataSource;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What trained networks answer, once they are graphs: in float32 on every row what the runtime says
 * that trained them, in eight bits on at least 99 of 100. Fixed seeds: nothing is left to chance.
 */
@Timeout(180)
class TrainedGraphTest {

  private static final int SIZE = 16;
  private static final int WRITERS = 40;
  private static final int CALIBRATION_ROWS = 512;

  private static final Dataset DIGITS =
      new DataSource.Strokes(new StrokesParameters(60, 1500, SIZE)).load(WRITERS, 1);

  private static final ModelSpec CONVOLUTIONAL =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[1,16,16],"layers":[
           {"type":"conv2d","filters":8,"kernel":3,"padding":1},{"type":"relu"},{"type":"maxpool2d","kernel":2},
           {"type":"conv2d","filters":16,"kernel":3,"padding":1},{"type":"relu"},{"type":"maxpool2d","kernel":2},
           {"type":"flatten"},{"type":"linear","units":48},{"type":"relu"},{"type":"linear","units":10}],
           "loss":"softmax-cross-entropy","classes":10}""");

  private static final ModelSpec PERCEPTRON =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[256],"layers":[
           {"type":"linear","units":64},{"type":"relu"},{"type":"linear","units":10}],
           "loss":"softmax-cross-entropy","classes":10}""");

  private static SpecifiedModel trained(ModelRuntime runtime, ModelSpec spec) {
    float[] weights = InitialWeights.of(spec, 1);
    try (LocalModel local = runtime.open(spec)) {
      local.train(weights, DIGITS.train(), new TrainingParameters(5, 20, 0.05f, 0.9f), 1);
    }
    return SpecifiedModel.of(spec, weights);
  }

  private static void assertGraphsAgree(String runtimeName, ModelSpec spec) throws Exception {
    ModelRuntime runtime = ModelRuntimes.forSpec(spec, runtimeName);
    SpecifiedModel model = trained(runtime, spec);
    var ranges =
        ActivationRanges.measure(runtime, model, DIGITS.train().range(0, CALIBRATION_ROWS));
    Map<String, ModelArtifact> artifacts = new LinkedHashMap<>();
    artifacts.put(
        "file", ModelCompressor.with(ModelCodecs.named("float32").orElseThrow()).compress(model));
    artifacts.put("float32 graph", OnnxExporter.float32(model));
    artifacts.put("int8 graph", OnnxExporter.int8(model, ranges));
    List<ArtifactFigures> figures;
    try (var workers = new Workers(runtime, 1)) {
      figures = new ArtifactMeter(workers, 1).onRows(artifacts, DIGITS.test());
    }
    ArtifactFigures file = figures.get(0);
    assertThat(file.evaluation().examples()).isEqualTo(1500);
    assertThat(file.evaluation().accuracy()).as("it has learned").isGreaterThan(0.9);
    assertThat(figures.get(1).engine()).isEqualTo("ONNX Runtime");
    assertThat(figures.get(1).agreement()).isEqualTo(1);
    assertThat(figures.get(2).engine()).isEqualTo("ONNX Runtime");
    assertThat(figures.get(2).agreement()).isGreaterThanOrEqualTo(0.99);
    assertThat(figures.get(2).accuracyLoss(file)).isLessThan(0.01);
    assertThat(file.bytes()).as("eight bits").isGreaterThan(2 * figures.get(2).bytes());
  }

  @Test
  void perceptron_trainedInJava_answersTheSameAsAGraph() throws Exception {
    assertGraphsAgree("java", PERCEPTRON);
  }

  @Test
  @Tag("pytorch")
  void convolutionalNetwork_trainedInDjl_answersTheSameAsAGraph() throws Exception {
    assertGraphsAgree("pytorch", CONVOLUTIONAL);
  }
}
