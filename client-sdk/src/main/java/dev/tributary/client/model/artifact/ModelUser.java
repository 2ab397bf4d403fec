package dev.tributary.client.model.artifact;

/** Whoever runs the models of a device: a {@code Predictor}, or nobody. */
@FunctionalInterface
public interface ModelUser {

  /** Looks at no model before it is installed. */
  ModelUser NONE = model -> {};

  /**
   * Tries a model and, if it works, runs it from now on. Called before the store installs it: one
   * that does not work is not installed.
   *
   * @throws UnusableModelException when it cannot be run; whatever ran before goes on
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted
   */
  void use(StoredModel model) throws UnusableModelException;
}
