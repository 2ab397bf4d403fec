package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;

/**
 * Loads every form that weights are published in: all of them are safetensors files, of float32 or
 * of what the last codec of the artifact says. Which networks can run depends on the runtimes on
 * the class path.
 */
public final class SafetensorsLoader implements ArtifactLoader {

  private static final Set<ArtifactKind> KINDS =
      Set.of(
          ArtifactKind.FLOAT32,
          ArtifactKind.FP16,
          ArtifactKind.INT8,
          ArtifactKind.INT4,
          ArtifactKind.PRUNED,
          ArtifactKind.DISTILLED);

  private static final String FLOAT32 = "float32";

  @Override
  public boolean supports(ArtifactKind kind, ModelSpec spec) {
    return KINDS.contains(kind) && hasRuntime(spec);
  }

  /** Whether a runtime on the class path knows every layer. */
  static boolean hasRuntime(ModelSpec spec) {
    try {
      ModelRuntimes.forSpec(spec, ModelRuntimes.AUTO);
      return true;
    } catch (IllegalArgumentException none) {
      return false;
    }
  }

  @Override
  public RunnableModel load(StoredModel model, String runtime) throws UnusableModelException {
    ModelState state = weights(model);
    int broken = state.firstNonFinite();
    if (broken >= 0) {
      throw new UnusableModelException(
          "the model " + model.version() + " has a weight that is no number, at " + broken);
    }
    return new WeightsModel(ModelRuntimes.forSpec(model.spec(), runtime), model.spec(), state);
  }

  /**
   * The weights in a file.
   *
   * @param model of a kind that is supported
   * @throws UnusableModelException when the file is damaged or is no such model
   */
  static ModelState weights(StoredModel model) throws UnusableModelException {
    String last =
        model.codecs().isEmpty() ? FLOAT32 : model.codecs().get(model.codecs().size() - 1);
    try {
      if (!last.equals(FLOAT32)) {
        return decoded(last, model);
      }
      ModelState state = Safetensors.read(model.path());
      if (!state.layout().equals(model.spec().layout())) {
        throw new UnusableModelException(
            "the tensors of " + model.version() + " are not those of its specification");
      }
      return state;
    } catch (IOException unreadable) {
      throw new UnusableModelException(
          "the model " + model.version() + " cannot be read: " + unreadable.getMessage(),
          unreadable);
    }
  }

  private static ModelState decoded(String name, StoredModel model)
      throws IOException, UnusableModelException {
    Optional<ModelCodec> codec = ModelCodecs.named(name);
    if (codec.isEmpty()) {
      throw new UnusableModelException(
          "the codec '" + name + "' of " + model.version() + " is not known here");
    }
    return codec.get().decode(model.spec(), Files.readAllBytes(model.path())).state();
  }
}
