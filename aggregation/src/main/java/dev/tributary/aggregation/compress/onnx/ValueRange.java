package dev.tributary.aggregation.compress.onnx;

import dev.tributary.aggregation.model.layer.Activation;

/**
 * The least and the largest value seen at a place in a network, widened so that 0 is among them.
 *
 * @param least finite, at most 0
 * @param largest finite, at least 0
 */
public record ValueRange(float least, float largest) {

  private static final int STEPS = 255;

  /**
   * Refuses what is no range around 0.
   *
   * @throws IllegalArgumentException naming the bounds
   */
  public ValueRange {
    if (!(least <= 0 && largest >= 0 && Float.isFinite(largest - least))) {
      throw new IllegalArgumentException(
          "range [" + least + ", " + largest + "]: expected finite bounds around 0");
    }
  }

  /** The range of some values and 0. */
  static ValueRange of(float[] values) {
    float least = 0;
    float largest = 0;
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    return new ValueRange(least, largest);
  }

  /** The range of the values of both. */
  ValueRange and(ValueRange other) {
    return new ValueRange(Math.min(least, other.least), Math.max(largest, other.largest));
  }

  /** The range after a function: each of them is monotone. */
  ValueRange after(Activation.Function function) {
    return of(new float[] {apply(function, least), apply(function, largest)});
  }

  private static float apply(Activation.Function function, float value) {
    return switch (function) {
      case RELU -> Math.max(value, 0f);
      case TANH -> (float) StrictMath.tanh(value);
      case SIGMOID -> (float) (1 / (1 + StrictMath.exp(-(double) value)));
    };
  }

  /** What one of 255 steps is worth, positive. */
  float scale() {
    float scale = (largest - least) / STEPS;
    return scale > 0 ? scale : 1f;
  }

  /** Which of the steps 0 to 255 is 0. */
  int zeroPoint() {
    return Math.round(-least / scale());
  }
}
