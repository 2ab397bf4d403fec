package dev.tributary.aggregation.compress;

import java.util.Arrays;

/**
 * One tensor as 8-bit integers with a scale for each row; a weight is {@code value * scale of its
 * row}, in float. A row is what belongs to one index of the outermost extent: for weights of a
 * layer, one output channel or unit.
 *
 * <p>Ownership: the arrays are as large as the tensor and are NOT copied. Whoever constructs a
 * tensor gives them away; readers do not write to them.
 *
 * @param values byte[rows * columns], row-major, each in [-127, 127]
 * @param scales float[rows], each finite and at least 0; 0 only for a row of zeros
 */
public record QuantizedTensor(byte[] values, float[] scales) {

  /** The largest absolute value of an integer; -128 is not used, so that zero is in the middle. */
  public static final int LIMIT = 127;

  public QuantizedTensor {
    if (scales.length == 0 || values.length % scales.length != 0) {
      throw new IllegalArgumentException(
          "quantised tensor: expected rows of one length, got "
              + values.length
              + " values in "
              + scales.length
              + " rows");
    }
    for (int row = 0; row < scales.length; row++) {
      if (!(scales[row] >= 0 && scales[row] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "scale of row " + row + ": expected 0 or above and finite, got " + scales[row]);
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] == Byte.MIN_VALUE) {
        throw new IllegalArgumentException(
            "value " + i + ": expected -127 to 127, got " + values[i]);
      }
    }
  }

  /** How many rows there are, at least 1. */
  public int rows() {
    return scales.length;
  }

  /** The length of a row. */
  public int columns() {
    return values.length / scales.length;
  }

  /** Writes the weights that this stands for to {@code out}, from {@code offset} on. */
  public void dequantize(float[] out, int offset) {
    int columns = columns();
    for (int row = 0; row < scales.length; row++) {
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        out[offset + i] = values[i] * scales[row];
      }
    }
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof QuantizedTensor that
        && Arrays.equals(values, that.values)
        && Arrays.equals(scales, that.scales);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(scales);
  }

  @Override
  public String toString() {
    return "QuantizedTensor[" + rows() + " rows of " + columns() + "]";
  }
}
