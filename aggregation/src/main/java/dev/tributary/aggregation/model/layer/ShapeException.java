package dev.tributary.aggregation.model.layer;

/**
 * A layer's refusal of a shape or of a setting, in words fit for whoever wrote the model
 * specification.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  ShapeException(String message) {
    super(message);
  }

  static int atLeast(String setting, int minimum, int value) {
    if (value < minimum) {
      throw new ShapeException(setting + " is " + value + "; it is at least " + minimum);
    }
    return value;
  }
}
