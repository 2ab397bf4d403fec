package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;

/** Knows which artifacts this device can run, and reads them. Any thread may use it. */
public interface ArtifactLoader {

  /** Whether it can read such a file and run that network. */
  boolean supports(ArtifactKind kind, ModelSpec spec);

  /**
   * The weights in a file.
   *
   * @param model of a kind that {@link #supports} said yes to
   * @throws UnusableModelException when the file is damaged or is no such model
   */
  ModelState load(StoredModel model) throws UnusableModelException;
}
