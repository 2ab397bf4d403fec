package dev.tributary.client.model.artifact;

/** A model whose bytes are those that were published cannot be run here: says why. */
public final class UnusableModelException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says why. */
  public UnusableModelException(String message) {
    super(message);
  }

  /** Says why, with what was thrown. */
  public UnusableModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
