package dev.tributary.aggregation.quantize;

/**
 * An update whose Euclidean norm is within the bound of its round. Made only by {@link Clipper}.
 *
 * <p>Owns its array.
 */
public final class ClippedUpdate {

  private final float[] values;
  private final int exampleCount;

  ClippedUpdate(float[] values, int exampleCount) {
    this.values = values;
    this.exampleCount = exampleCount;
  }

  float[] values() {
    return values;
  }

  int exampleCount() {
    return exampleCount;
  }

  /** The number of coordinates. */
  public int length() {
    return values.length;
  }

  /** Never the update itself. */
  @Override
  public String toString() {
    return "ClippedUpdate[" + values.length + " coordinates, redacted]";
  }
}
