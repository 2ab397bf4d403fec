package dev.tributary.aggregation.compress.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.Models;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelCodecsTest {

  @Provide
  Arbitrary<ModelSpec> specs() {
    return Arbitraries.of(Models.all());
  }

  @Provide
  Arbitrary<ModelCodec> codecs() {
    return Arbitraries.of(allCodecs());
  }

  static List<ModelCodec> allCodecs() {
    return ModelCodecs.names().stream().map(name -> ModelCodecs.named(name).orElseThrow()).toList();
  }

  /** Weights of many magnitudes, zeros of both signs, rows of zeros and subnormals among them. */
  private static SpecifiedModel random(ModelSpec spec, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[spec.layout().dimension()];
    double scale = Math.pow(2, random.nextInt(24) - 16);
    int zerosFrom = random.nextInt(weights.length);
    int zerosTo = zerosFrom + random.nextInt(60);
    for (int i = 0; i < weights.length; i++) {
      weights[i] =
          switch (random.nextInt(16)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> Float.MIN_VALUE * random.nextInt(500);
            default -> (float) (random.nextGaussian() * scale);
          };
      if (i >= zerosFrom && i < zerosTo) {
        weights[i] = 0f;
      }
    }
    return SpecifiedModel.of(spec, weights);
  }

  @Property(tries = 200)
  void anyModel_comesBackFromItsArtifact_withinTheErrorOfItsCodec(
      @ForAll("specs") ModelSpec spec, @ForAll("codecs") ModelCodec codec, @ForAll long seed)
      throws MalformedArtifactException {
    SpecifiedModel model = random(spec, seed);
    ModelArtifact artifact = ModelCompressor.with(codec).compress(model);

    SpecifiedModel decoded = ModelCodecs.decode(artifact);

    assertThat(decoded.spec()).isEqualTo(spec);
    assertWithinError(codec.name(), model, decoded);
    assertThat(ModelCompressor.with(codec).compress(model)).isEqualTo(artifact);
  }

  private static void assertWithinError(
      String codec, SpecifiedModel model, SpecifiedModel decoded) {
    ModelLayout layout = model.spec().layout();
    for (int t = 0; t < layout.tensors().size(); t++) {
      TensorSpec tensor = layout.tensors().get(t);
      boolean bias = tensor.shape().length < 2;
      int columns = bias ? 1 : tensor.elementCount() / tensor.shape()[0];
      for (int i = 0; i < tensor.elementCount(); i++) {
        float value = model.weights()[layout.offset(t) + i];
        float back = decoded.weights()[layout.offset(t) + i];
        int row = layout.offset(t) + i / columns * columns;
        double largest = 0;
        for (int k = row; k < row + columns; k++) {
          largest = Math.max(largest, Math.abs(model.weights()[k]));
        }
        double allowed =
            switch (codec) {
              case "fp16" -> Math.max(0x1p-25, Math.abs(value) * 0x1p-11);
              case "int8" -> bias ? 0 : largest / 254 * (1 + 1e-5) + Float.MIN_VALUE;
              case "int4" -> bias ? 0 : largest * 0.31 + 0x1p-21;
              default -> 0;
            };
        assertThat(Math.abs((double) value - back))
            .as("%s, %s[%d]: %s became %s", codec, tensor, i, value, back)
            .isLessThanOrEqualTo(allowed);
      }
    }
  }

  @Property(tries = 60)
  void losslessCodecs_keepEveryBit(@ForAll("specs") ModelSpec spec, @ForAll long seed)
      throws MalformedArtifactException {
    SpecifiedModel model = random(spec, seed);
    for (String name : List.of("float32", "sparse")) {
      ModelCodec codec = ModelCodecs.named(name).orElseThrow();
      assertThat(codec.decode(spec, codec.encode(model))).isEqualTo(model);
    }
  }

  @Property(tries = 100)
  void fp16AndSparse_ofWhatTheyGave_giveTheSameFile(
      @ForAll("specs") ModelSpec spec, @ForAll long seed) throws MalformedArtifactException {
    for (ModelCodec codec : List.of(new Fp16Codec(), new SparseCodec())) {
      byte[] file = codec.encode(random(spec, seed));
      assertThat(codec.encode(codec.decode(spec, file))).isEqualTo(file);
    }
  }

  @Property(tries = 60)
  void int8_underTheScalesItChose_givesTheSameNumbersAgain(@ForAll long seed)
      throws MalformedArtifactException {
    SpecifiedModel model = random(Models.perceptron(), seed);
    ModelLayout layout = model.spec().layout();
    Map<String, float[]> scales = new HashMap<>();
    for (TensorSpec tensor : layout.tensors()) {
      if (tensor.shape().length > 1) {
        int offset = layout.offset(tensor.name());
        scales.put(tensor.name(), Int8Codec.freshScales(tensor, model.weights(), offset));
      }
    }
    Int8Codec given = new Int8Codec(scales);
    byte[] file = new Int8Codec().encode(model);

    assertThat(given.encode(model)).isEqualTo(file);
    assertThat(given.encode(given.decode(model.spec(), file))).isEqualTo(file);
  }

  @Test
  void int8_underAScaleThatIsTooSmall_isRefusedByName() {
    SpecifiedModel model = Models.initial(Models.logistic(), 1);
    float largest = 0;
    for (int i = 0; i < 13; i++) {
      largest = Math.max(largest, Math.abs(model.weights()[i]));
    }
    float[] tight = {largest / 128};

    assertThatThrownBy(() -> new Int8Codec(Map.of("0.weight", tight)).encode(model))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessageContaining("tensor 0.weight")
        .hasMessageContaining("127 times the scale");
    assertThatThrownBy(() -> new Int8Codec(Map.of("0.weight", new float[2])).encode(model))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessageContaining("a scale for each of 1 output channels, got 2");
  }

  @Property(tries = 100)
  void int4_isNoWorseThanScalesThatClipNothing(@ForAll long seed)
      throws MalformedArtifactException {
    SpecifiedModel model = random(Models.perceptron(), seed);
    Int4Codec codec = new Int4Codec();
    float[] decoded = codec.decode(model.spec(), codec.encode(model)).weights();
    double error = 0;
    double plain = 0;
    for (int i = 0; i < 19 * 33; i++) {
      int row = i / 19 * 19;
      float largest = 0;
      for (int k = row; k < row + 19; k++) {
        largest = Math.max(largest, Math.abs(model.weights()[k]));
      }
      double scale = HalfFloat.toFloat(HalfFloat.of(largest / 7));
      double number =
          scale == 0 ? 0 : Math.max(-7, Math.min(7, Math.rint(model.weights()[i] / scale)));
      error += Math.pow(model.weights()[i] - decoded[i], 2);
      plain += Math.pow(model.weights()[i] - number * scale, 2);
    }
    assertThat(error).isLessThanOrEqualTo(plain * (1 + 1e-9));
  }

  @Test
  void sizes_areWhatTheBitsSay() {
    ModelSpec spec =
        ModelSpec.fromJson(
            """
            {"format":"tributary-model/1","input":[640],"layers":[{"type":"linear","units":320},{"type":"relu"},
             {"type":"linear","units":10}],"loss":"softmax-cross-entropy","classes":10}""");
    SpecifiedModel model = Models.initial(spec, 3);
    int weights = 640 * 320 + 320 * 10;
    int biases = 330 * 4;
    int header = 700;
    assertThat(new Fp16Codec().encode(model).length)
        .isBetween(2 * weights, 2 * weights + 330 * 2 + header);
    assertThat(new Int8Codec().encode(model).length)
        .isBetween(weights + 2 * biases, weights + 2 * biases + header);
    assertThat(new Int4Codec().encode(model).length)
        .isBetween(weights * 9 / 16 + biases, weights * 9 / 16 + biases + header);
  }

  @Test
  void float32_isTheCanonicalFile_andItsDigestThatOfTheVersion() {
    SpecifiedModel model = Models.initial(Models.convolutional(), 5);
    ModelArtifact artifact = ModelCompressor.with(new Float32Codec()).compress(model);

    assertThat(artifact.digest()).isEqualTo(ModelDigest.of(model.state()));
    assertThat(artifact.kind()).isEqualTo(ArtifactKind.FLOAT32);
    assertThat(artifact.codecs()).containsExactly("float32");
  }

  @Test
  void prunedAndDistilled_nameTheStepsThatMadeThem() {
    SpecifiedModel model = Models.initial(Models.perceptron(), 5);
    ModelArtifact pruned =
        ModelCompressor.afterPruning("prune-channels", new Int8Codec()).compress(model);
    ModelArtifact distilled = ModelCompressor.afterDistilling(new Fp16Codec()).compress(model);

    assertThat(pruned.kind()).isEqualTo(ArtifactKind.PRUNED);
    assertThat(pruned.codecs()).containsExactly("prune-channels", "int8");
    assertThat(distilled.kind()).isEqualTo(ArtifactKind.DISTILLED);
    assertThat(distilled.codecs()).containsExactly("distill", "fp16");
  }

  @Test
  void valuesThatDoNotFit_areRefusedByName() {
    ModelSpec spec = Models.logistic();
    float[] large = new float[14];
    large[5] = 65520f;
    SpecifiedModel model = SpecifiedModel.of(spec, large);
    assertThatThrownBy(() -> new Fp16Codec().encode(model))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessage(
            "tensor 0.weight, value 5: expected at most 65504.0 in magnitude for fp16, got 65520.0");
    float[] larger = new float[14];
    larger[5] = 500_000f;
    assertThatThrownBy(() -> new Int4Codec().encode(SpecifiedModel.of(spec, larger)))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessageContaining("tensor 0.weight");
  }

  @ParameterizedTest
  @MethodSource("allCodecs")
  void weightsThatAreNotFinite_areRefused(ModelCodec codec) {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] weights = new float[14];
      weights[3] = value;
      assertThatThrownBy(
              () ->
                  ModelCompressor.with(codec)
                      .compress(SpecifiedModel.of(Models.logistic(), weights)))
          .isInstanceOf(UncompressibleModelException.class)
          .hasMessageContaining("index 3");
    }
  }

  @Property(tries = 400)
  void damagedFile_isDecodedOrRefusedAsDeclared(
      @ForAll("specs") ModelSpec spec, @ForAll("codecs") ModelCodec codec, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] file = codec.encode(random(spec, seed));
    for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
      int range = random.nextBoolean() ? Math.min(file.length, 600) : file.length;
      file[random.nextInt(range)] = (byte) random.nextInt(256);
    }
    byte[] hostile =
        random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length + 9)) : file;
    try {
      SpecifiedModel decoded = codec.decode(spec, hostile);
      assertThat(decoded.state().firstNonFinite()).isEqualTo(-1);
    } catch (MalformedArtifactException declared) {
      assertThat(declared).hasMessageStartingWith("artifact: ");
    }
  }

  @ParameterizedTest
  @MethodSource("allCodecs")
  void fileOfAnotherNetworkOrCodec_isRefused(ModelCodec codec) {
    byte[] file = codec.encode(Models.initial(Models.perceptron(), 1));
    assertThatThrownBy(() -> codec.decode(Models.logistic(), file))
        .isInstanceOf(MalformedArtifactException.class);
    for (ModelCodec other : allCodecs()) {
      if (!other.name().equals(codec.name())) {
        assertThatThrownBy(() -> other.decode(Models.perceptron(), file))
            .isInstanceOf(MalformedArtifactException.class);
      }
    }
  }

  @Test
  void artifactOfAnUnknownCodec_isRefusedWithTheKnownOnes() {
    ModelArtifact unknown =
        ModelArtifact.of(ArtifactKind.ONNX, Models.logistic(), new byte[0], List.of("onnx"));
    assertThatThrownBy(() -> ModelCodecs.decode(unknown))
        .isInstanceOf(MalformedArtifactException.class)
        .hasMessageContaining("[float32, fp16, int8, int4, sparse]")
        .hasMessageContaining("got onnx");
  }
}
