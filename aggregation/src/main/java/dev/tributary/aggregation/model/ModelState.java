package dev.tributary.aggregation.model;

import java.util.Arrays;

/**
 * The weights of one model: a layout and its flat vector.
 *
 * <p>Ownership: {@code values} is NOT copied, because it is as large as the model. Whoever
 * constructs a state gives the array away and must not write to it again; readers of {@link
 * #values()} must not write to it either. A reader that wants to train from it starts with {@link
 * #copyOfValues()}.
 *
 * @param layout names and shapes
 * @param values float[layout.dimension()], tensor after tensor
 */
public record ModelState(ModelLayout layout, float[] values) {

  public ModelState {
    if (values.length != layout.dimension()) {
      throw new IllegalArgumentException(
          "model state: expected " + layout.dimension() + " values, got " + values.length);
    }
  }

  /** A copy that its reader owns. */
  public float[] copyOfValues() {
    return values.clone();
  }

  /**
   * The index of the first value that is infinite or not a number, or -1 if every value is finite.
   */
  public int firstNonFinite() {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** Equal layouts and bit-identical values. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ModelState that
        && layout.equals(that.layout)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * layout.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "ModelState[" + layout + ", " + values.length + " values]";
  }
}
