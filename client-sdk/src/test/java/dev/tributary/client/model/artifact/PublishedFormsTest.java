package dev.tributary.client.model.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Int8Form;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.delta.FileDelta;
import dev.tributary.aggregation.compress.delta.FloatDelta;
import dev.tributary.aggregation.compress.delta.Int8Delta;
import dev.tributary.aggregation.compress.delta.SteadyQuantizer;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.InitialWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form that a coordinator publishes is one that a device loads, or is led to by a delta. */
class PublishedFormsTest {

  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          "{\"format\":\"tributary-model/1\",\"input\":[40],\"layers\":["
              + "{\"type\":\"linear\",\"units\":30},{\"type\":\"relu\"},"
              + "{\"type\":\"linear\",\"units\":3}],"
              + "\"loss\":\"softmax-cross-entropy\",\"classes\":3}");
  private static final SpecifiedModel MODEL = SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, 5));

  @TempDir private Path folder;

  private StoredModel stored(ArtifactKind kind, String codec, byte[] file) throws IOException {
    FileDigest digest = FileDigest.of(file);
    return new StoredModel(
        digest,
        ModelDigest.of(MODEL.state()),
        kind,
        SPEC,
        List.of(codec),
        digest,
        file.length,
        Files.write(folder.resolve(digest.hex()), file));
  }

  private static ModelState moved() {
    float[] weights = MODEL.state().copyOfValues();
    for (int i = 0; i < weights.length; i++) {
      weights[i] += 1e-4f * (i % 7 - 3);
    }
    return new ModelState(SPEC.layout(), weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "fp16", "int8", "int4"})
  void form_isLoadedAsItsCodecSays(String name) throws Exception {
    ModelCodec codec = ModelCodecs.named(name).orElseThrow();
    byte[] file = codec.encode(MODEL);
    var loader = new SafetensorsLoader();
    assertThat(loader.supports(codec.kind(), SPEC)).isTrue();
    assertThat(SafetensorsLoader.weights(stored(codec.kind(), name, file)))
        .isEqualTo(codec.decode(SPEC, file).state());
  }

  @Test
  void formOfAnUnknownCodec_isUnusable() throws Exception {
    StoredModel model = stored(ArtifactKind.PRUNED, "brand-new", new byte[64]);
    assertThatThrownBy(() -> new SafetensorsLoader().load(model, "java"))
        .isInstanceOf(UnusableModelException.class)
        .hasMessageContaining("brand-new");
  }

  @Test
  void damagedForm_isUnusable() throws Exception {
    byte[] file = ModelCodecs.named("int8").orElseThrow().encode(MODEL);
    file[20] ^= 1;
    StoredModel model = stored(ArtifactKind.INT8, "int8", file);
    assertThatThrownBy(() -> new SafetensorsLoader().load(model, "java"))
        .isInstanceOf(UnusableModelException.class);
  }

  @Test
  void int8Delta_leadsToTheNextArtifact_byteForByte() throws Exception {
    QuantizedModel before = SteadyQuantizer.DEFAULT.first(MODEL.state());
    QuantizedModel after = SteadyQuantizer.DEFAULT.next(before, moved());
    byte[] wanted = Int8Form.toBytes(after);
    byte[] delta = new Int8Delta(new Int8Form()).encode(before, after);
    StoredModel base = stored(ArtifactKind.INT8, "int8", Int8Form.toBytes(before));
    assertThat(new VersionDeltas().decode(base, delta, wanted.length)).isEqualTo(wanted);
  }

  @Test
  void floatDelta_leadsToTheNextVersion_byteForByte() throws Exception {
    byte[] wanted = Safetensors.toBytes(moved());
    byte[] delta = FloatDelta.encode(MODEL.state(), moved());
    StoredModel base = stored(ArtifactKind.FLOAT32, "float32", Safetensors.toBytes(MODEL.state()));
    assertThat(new VersionDeltas().decode(base, delta, wanted.length)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp16", "int4"})
  void fileDelta_leadsToTheNextArtifact_byteForByte(String name) throws Exception {
    ModelCodec codec = ModelCodecs.named(name).orElseThrow();
    byte[] before = codec.encode(MODEL);
    byte[] wanted = codec.encode(new SpecifiedModel(SPEC, moved()));
    byte[] delta = FileDelta.encode(before, wanted).orElseThrow();
    StoredModel base = stored(codec.kind(), name, before);
    assertThat(new VersionDeltas().supports(codec.kind())).isTrue();
    assertThat(new VersionDeltas().decode(base, delta, wanted.length)).isEqualTo(wanted);
  }

  @Test
  void deltaFromAnotherBase_isUnusable() throws Exception {
    byte[] delta = FloatDelta.encode(MODEL.state(), moved());
    StoredModel other = stored(ArtifactKind.FLOAT32, "float32", Safetensors.toBytes(moved()));
    assertThatThrownBy(() -> new VersionDeltas().decode(other, delta, 1))
        .isInstanceOf(UnusableModelException.class);
  }
}
