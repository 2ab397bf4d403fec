package dev.tributary.aggregation.quantize;

import java.util.Arrays;

/**
 * What training on one device changed: trained weights minus the weights it started from.
 *
 * <p>Ownership: {@code delta} is not copied; the stages that follow own it and may write to it.
 *
 * @param delta float[parameters]
 * @param exampleCount examples it was trained on, at least 1
 */
public record LocalUpdate(float[] delta, int exampleCount) {

  public LocalUpdate {
    if (exampleCount < 1) {
      throw new IllegalArgumentException("exampleCount: expected at least 1, got " + exampleCount);
    }
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LocalUpdate that
        && exampleCount == that.exampleCount
        && Arrays.equals(delta, that.delta);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(delta);
  }

  /** Never the update itself. */
  @Override
  public String toString() {
    return "LocalUpdate[" + delta.length + " coordinates, redacted]";
  }
}
