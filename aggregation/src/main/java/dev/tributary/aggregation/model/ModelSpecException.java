package dev.tributary.aggregation.model;

/**
 * The refusal of a model specification: names the layer and setting, what was expected and what was
 * there.
 */
public final class ModelSpecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  ModelSpecException(String message) {
    super(message);
  }
}
