package dev.tributary.aggregation.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * The name and shape of one float32 tensor of a model.
 *
 * <p>A name is 1 to {@value #MAX_NAME_LENGTH} characters without control characters or unpaired
 * surrogates, and not {@code __metadata__}, which the file format keeps for itself. An empty shape
 * is a scalar.
 *
 * @param name unique within a layout, for example {@code 0.weight}
 * @param shape extents, outermost first, each at least 1; their product is at most {@link
 *     #MAX_ELEMENTS}; copied in and out
 */
public record TensorSpec(String name, int[] shape) {

  /** The longest name, in UTF-16 units. */
  public static final int MAX_NAME_LENGTH = 256;

  /** The most dimensions of a tensor. */
  public static final int MAX_RANK = 8;

  /**
   * The most elements of a tensor: with four bytes each it can still be mapped into memory in one
   * piece.
   */
  public static final int MAX_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

  private static final String RESERVED_NAME = "__metadata__";

  public TensorSpec {
    Objects.requireNonNull(name, "name");
    shape = shape.clone();
    if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "tensor name: expected 1 to " + MAX_NAME_LENGTH + " characters, got " + name.length());
    }
    if (name.equals(RESERVED_NAME) || !isPlainText(name)) {
      throw new IllegalArgumentException(
          "tensor name: reserved, or holds a control character or an unpaired surrogate");
    }
    if (shape.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor " + name + ": expected at most " + MAX_RANK + " dimensions, got " + shape.length);
    }
    long elements = 1;
    for (int extent : shape) {
      if (extent < 1) {
        throw new IllegalArgumentException(
            "tensor "
                + name
                + ": expected every extent to be at least 1, got "
                + Arrays.toString(shape));
      }
      elements *= extent; // both factors are below 2^31: no overflow before the check
      if (elements > MAX_ELEMENTS) {
        throw new IllegalArgumentException(
            "tensor "
                + name
                + ": expected at most "
                + MAX_ELEMENTS
                + " elements, got shape "
                + Arrays.toString(shape));
      }
    }
  }

  /** A spec with its extents written out. */
  public static TensorSpec of(String name, int... shape) {
    return new TensorSpec(name, shape);
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** How many numbers the tensor holds; 1 for a scalar. */
  public int elementCount() {
    int elements = 1;
    for (int extent : shape) {
      elements *= extent; // at most MAX_ELEMENTS: checked on construction
    }
    return elements;
  }

  private static boolean isPlainText(String name) {
    return name.codePoints()
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorSpec that
        && name.equals(that.name)
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return name + Arrays.toString(shape);
  }
}
