package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import java.util.List;

/** Several loaders as one. */
record AnyLoader(List<ArtifactLoader> loaders) implements ArtifactLoader {

  @Override
  public boolean supports(ArtifactKind kind, ModelSpec spec) {
    return loaders.stream().anyMatch(loader -> loader.supports(kind, spec));
  }

  @Override
  public RunnableModel load(StoredModel model, String runtime) throws UnusableModelException {
    for (ArtifactLoader loader : loaders) {
      if (loader.supports(model.kind(), model.spec())) {
        return loader.load(model, runtime);
      }
    }
    throw new UnusableModelException(
        "nothing on this device runs the " + model.kind().code() + " file of " + model.version());
  }
}
