package dev.tributary.client.model.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.publish.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which files a device takes, with ONNX Runtime and without. */
class OnnxLoaderTest {

  /** Of a layer that the java runtime does not know. */
  private static final ModelSpec CONVOLUTION =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[1,3,3],"layers":[
           {"type":"conv2d","filters":1,"kernel":2},{"type":"flatten"},{"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}""");

  private static final List<ArtifactKind> GRAPHS =
      List.of(ArtifactKind.ONNX, ArtifactKind.ONNX_INT8);

  private static StoredModel stored(ArtifactKind kind) {
    var digest = new FileDigest("0".repeat(64));
    return new StoredModel(
        digest,
        new ModelDigest("0".repeat(64)),
        kind,
        CONVOLUTION,
        List.of(kind.code()),
        digest,
        1,
        Path.of("none"));
  }

  /** Defines the classes of the loader anew, where ONNX Runtime is not. */
  private static final class WithoutRuntime extends ClassLoader {

    WithoutRuntime() {
      super(OnnxLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("ai.onnxruntime.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith(OnnxLoader.class.getPackageName() + ".Onnx")) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      return known == null ? defined(name) : known;
    }

    private Class<?> defined(String name) throws ClassNotFoundException {
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (file == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = file.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }
  }

  @Test
  void graphsAndNothingElse_areSupported() {
    var loader = new OnnxLoader();
    assertThat(
            Arrays.stream(ArtifactKind.values()).filter(kind -> loader.supports(kind, CONVOLUTION)))
        .containsExactlyElementsOf(GRAPHS);
  }

  @Test
  void withoutTheRuntime_nothingIsSupported_andNothingBreaks() throws Exception {
    var loader =
        (ArtifactLoader)
            new WithoutRuntime()
                .loadClass(OnnxLoader.class.getName())
                .getDeclaredConstructor()
                .newInstance();
    for (ArtifactKind kind : ArtifactKind.values()) {
      assertThat(loader.supports(kind, CONVOLUTION)).isFalse();
    }
    assertThatExceptionOfType(UnusableModelException.class)
        .isThrownBy(() -> loader.load(stored(ArtifactKind.ONNX), "auto"))
        .withMessageContaining("com.microsoft.onnxruntime:onnxruntime");
  }

  @Test
  void loadersTogether_supportWhatOneOfThemDoes() {
    ArtifactLoader both = ArtifactLoader.anyOf(new SafetensorsLoader(), new OnnxLoader());
    assertThat(both.supports(ArtifactKind.ONNX, CONVOLUTION)).isTrue();
    assertThat(both.supports(ArtifactKind.FLOAT32, CONVOLUTION))
        .as("PyTorch is not here")
        .isFalse();
    assertThatExceptionOfType(UnusableModelException.class)
        .isThrownBy(() -> both.load(stored(ArtifactKind.FLOAT32), "auto"))
        .withMessageContaining("float32");
  }
}
