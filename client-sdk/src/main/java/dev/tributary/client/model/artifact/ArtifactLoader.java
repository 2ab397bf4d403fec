package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import java.util.List;

/** Knows which artifacts this device can run, and reads them. Any thread may use it. */
public interface ArtifactLoader {

  /** Can run what one of these can, by the first of them that can. */
  static ArtifactLoader anyOf(ArtifactLoader... loaders) {
    return new AnyLoader(List.of(loaders));
  }

  /** Whether it can read such a file and run that network. */
  boolean supports(ArtifactKind kind, ModelSpec spec);

  /**
   * Brings a file into memory.
   *
   * @param model of a kind that {@link #supports} said yes to
   * @param runtime {@code auto}, {@code java} or {@code pytorch}: what computes a network whose
   *     weights are all that the file has
   * @return to be closed by the caller
   * @throws UnusableModelException when the file is damaged or is no such model
   * @throws IllegalArgumentException when that runtime is not there or does not know the layers
   */
  RunnableModel load(StoredModel model, String runtime) throws UnusableModelException;
}
