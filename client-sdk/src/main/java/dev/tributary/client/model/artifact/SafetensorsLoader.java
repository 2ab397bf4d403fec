package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import java.io.IOException;
import java.util.Set;

/**
 * Loads float32 files: the canonical one, and smaller networks in the same form. Which networks can
 * run depends on the runtimes on the class path.
 */
public final class SafetensorsLoader implements ArtifactLoader {

  private static final Set<ArtifactKind> KINDS =
      Set.of(ArtifactKind.FLOAT32, ArtifactKind.PRUNED, ArtifactKind.DISTILLED);

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
  public ModelState load(StoredModel model) throws UnusableModelException {
    try {
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
}
