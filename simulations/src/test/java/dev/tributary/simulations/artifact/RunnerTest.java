package dev.tributary.simulations.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import org.junit.jupiter.api.Test;

/** Files are computed by what devices compute them with, and refused as devices refuse them. */
class RunnerTest {

  private static final ModelSpec SPEC = spec(3);
  private static final ModelRuntime JAVA = ModelRuntimes.forSpec(SPEC, "java");
  private static final SpecifiedModel MODEL = SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, 1));

  /** More than are in native memory at once. */
  private static final int ROWS = 250;

  private static ModelSpec spec(int classes) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[2],"layers":[{"type":"linear","units":%d}],
         "loss":"softmax-cross-entropy","classes":%d}"""
            .formatted(classes, classes));
  }

  private static Examples rows() {
    float[] features = new float[2 * ROWS];
    for (int i = 0; i < features.length; i++) {
      features[i] = i % 7 - 3;
    }
    return Examples.of(features, 2, new int[ROWS]);
  }

  private static float[] predicted(ModelArtifact artifact) throws Exception {
    try (Runner runner = Runner.of(artifact, JAVA)) {
      return runner.predict(rows());
    }
  }

  private static ModelArtifact graph(byte[] file, ModelSpec spec) {
    return ModelArtifact.of(ArtifactKind.ONNX, spec, file, OnnxExporter.float32(MODEL).codecs());
  }

  @Test
  void graph_givesWhatItsWeightsGive() throws Exception {
    float[] expected =
        predicted(ModelCompressor.with(ModelCodecs.named("float32").orElseThrow()).compress(MODEL));
    assertThat(predicted(OnnxExporter.float32(MODEL)))
        .hasSize(3 * ROWS)
        .containsExactly(expected, within(1e-5f));
  }

  @Test
  void bytesThatOnnxRuntimeRefuses_areNoArtifact() {
    assertThatExceptionOfType(MalformedArtifactException.class)
        .isThrownBy(() -> Runner.of(graph(new byte[] {1, 2, 3}, SPEC), JAVA))
        .withMessageMatching("the graph of the onnx file [0-9a-f]{64} cannot be opened: .+");
  }

  @Test
  void graphWithOtherOutputsThanItsNetwork_isNoArtifact() {
    byte[] three = OnnxExporter.float32(MODEL).bytes();
    assertThatExceptionOfType(MalformedArtifactException.class)
        .isThrownBy(() -> Runner.of(graph(three, spec(4)), JAVA))
        .withMessageContaining("one output of batches of 4, got");
  }
}
