package dev.tributary.client.model.artifact;

/** Whoever runs the models of a device: a {@code Predictor}, or nobody. */
@FunctionalInterface
public interface ModelUser {

  /** Looks at no model before it is installed. */
  ModelUser NONE = model -> TriedModel.NONE;

  /**
   * Tries a model beside the one that runs. Called before the store installs it: one that does not
   * work is not installed, and one that cannot be installed is not run.
   *
   * @return the model, to be run once it is installed, and to be closed in any case
   * @throws UnusableModelException when it cannot be run
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted
   */
  TriedModel tried(StoredModel model) throws UnusableModelException;
}
