package dev.tributary.aggregation.quantize;

import java.util.Arrays;

/**
 * One device's contribution to a sum: unsigned integers, not yet masked.
 *
 * <p>Ownership: {@code lanes} is not copied; the masker that follows may write to it.
 *
 * @param parameters of the round
 * @param lanes int[parameters.vectorLength()], each in [0, 2^bits) when read as unsigned
 */
public record QuantizedUpdate(QuantizationParameters parameters, int[] lanes) {

  public QuantizedUpdate {
    if (lanes.length != parameters.vectorLength()) {
      throw new IllegalArgumentException(
          "lanes: expected " + parameters.vectorLength() + ", got " + lanes.length);
    }
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof QuantizedUpdate that
        && parameters.equals(that.parameters)
        && Arrays.equals(lanes, that.lanes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(lanes);
  }

  /** Never the update itself. */
  @Override
  public String toString() {
    return "QuantizedUpdate[" + lanes.length + " lanes, redacted]";
  }
}
