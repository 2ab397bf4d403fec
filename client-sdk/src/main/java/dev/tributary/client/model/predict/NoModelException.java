package dev.tributary.client.model.predict;

/** There is no model yet, or the predictor is closed. */
public final class NoModelException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  NoModelException(String message) {
    super(message);
  }
}
