package dev.tributary.aggregation.compress;

/**
 * A model that cannot be compressed in the way that was asked for: the message names the tensor or
 * layer, what was expected and what is there.
 */
public final class UncompressibleModelException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** The refusal of a model. */
  public UncompressibleModelException(String message) {
    super(message);
  }
}
