package dev.tributary.aggregation.compress;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes artifacts: {@code ModelState -ModelCompressor-> ModelArtifact}. What has changed the
 * network before is named, so that the artifact says where it comes from. Safe on any thread.
 */
public final class ModelCompressor {

  private final ArtifactKind kind;
  private final List<String> codecs;
  private final ModelCodec codec;

  private ModelCompressor(ArtifactKind kind, List<String> earlierSteps, ModelCodec codec) {
    List<String> chain = new ArrayList<>(earlierSteps);
    chain.add(codec.name());
    this.kind = kind;
    this.codecs = List.copyOf(chain);
    this.codec = codec;
  }

  /** Stores a version's own network. */
  public static ModelCompressor with(ModelCodec codec) {
    return new ModelCompressor(codec.kind(), List.of(), codec);
  }

  /** Stores a network that was pruned by this step. */
  public static ModelCompressor afterPruning(String step, ModelCodec codec) {
    return new ModelCompressor(ArtifactKind.PRUNED, List.of(step), codec);
  }

  /** Stores a student of the version's network. */
  public static ModelCompressor afterDistilling(ModelCodec codec) {
    return new ModelCompressor(ArtifactKind.DISTILLED, List.of("distill"), codec);
  }

  /**
   * The artifact of a model.
   *
   * @throws UncompressibleModelException when a weight is not finite, or the codec cannot store one
   */
  public ModelArtifact compress(SpecifiedModel model) {
    int nonFinite = model.state().firstNonFinite();
    if (nonFinite >= 0) {
      throw new UncompressibleModelException(
          "model: the value at index " + nonFinite + " is not finite");
    }
    return ModelArtifact.of(kind, model.spec(), codec.encode(model), codecs);
  }
}
