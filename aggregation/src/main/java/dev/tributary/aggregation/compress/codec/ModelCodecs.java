package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import java.util.List;
import java.util.Optional;

/** The codecs that every device knows, by name. */
public final class ModelCodecs {

  private static final List<ModelCodec> ALL =
      List.of(
          new Float32Codec(), new Fp16Codec(), new Int8Codec(), new Int4Codec(), new SparseCodec());

  private ModelCodecs() {}

  /** The names, in the order of the documentation. */
  public static List<String> names() {
    return ALL.stream().map(ModelCodec::name).toList();
  }

  /** The codec of this name. */
  public static Optional<ModelCodec> named(String name) {
    return ALL.stream().filter(codec -> codec.name().equals(name)).findFirst();
  }

  /**
   * The model of an artifact.
   *
   * @throws MalformedArtifactException when its last step is none of {@link #names}, or its bytes
   *     are not what that step writes
   */
  public static SpecifiedModel decode(ModelArtifact artifact) throws MalformedArtifactException {
    Optional<ModelCodec> codec = named(artifact.lastCodec());
    if (codec.isEmpty()) {
      throw new MalformedArtifactException(
          "artifact: expected a codec among "
              + names()
              + " as the last step, got "
              + artifact.lastCodec());
    }
    return codec.get().decode(artifact.spec(), artifact.bytes());
  }
}
