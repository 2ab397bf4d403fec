package dev.tributary.aggregation.model.layer;

import java.util.Arrays;

/**
 * The extents of one example (without the batch) or of one tensor, outermost first; every extent is
 * at least 1. Immutable.
 */
public final class Shape {
  /**
   * The most elements a shape may have: four bytes each can still be mapped into memory in one
   * piece.
   */
  public static final int MAX_ELEMENTS = 1 << 28;

  private final int[] extents;
  private final int elements;

  private Shape(int[] extents) {
    if (extents.length == 0 || extents.length > 8) {
      throw new ShapeException("a shape has 1 to 8 extents, not " + extents.length);
    }
    long product = 1;
    for (int extent : extents) {
      if (extent < 1) {
        throw new ShapeException(
            "the shape "
                + Arrays.toString(extents)
                + " has an extent of "
                + extent
                + "; each is at least 1");
      }
      product *= extent;
      if (product > MAX_ELEMENTS) {
        throw new ShapeException(
            "the shape "
                + Arrays.toString(extents)
                + " has more than "
                + MAX_ELEMENTS
                + " elements");
      }
    }
    this.extents = extents;
    this.elements = (int) product;
  }

  /**
   * The shape of these extents, copied.
   *
   * @throws ShapeException when an extent is below 1, there are none or more than 8, or the product
   *     exceeds 2^28
   */
  public static Shape of(int... extents) {
    return new Shape(extents.clone());
  }

  /** How many extents there are: 1 for a vector, 3 for an image. */
  public int rank() {
    return extents.length;
  }

  /** The extent at an axis, 0 being the outermost. */
  public int extent(int axis) {
    return extents[axis];
  }

  /** The product of the extents, in [1, 2^28]. */
  public int elements() {
    return elements;
  }

  /** A copy of the extents. */
  public int[] toArray() {
    return extents.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /**
   * The image that square windows sliding over this image {@code [channels, height, width]} give,
   * counted as PyTorch counts them: floor((size + 2 padding - kernel) / stride) + 1.
   *
   * @throws ShapeException when this is no image or the window does not fit
   */
  Shape slide(int channels, int kernel, int stride, int padding) {
    if (rank() != 3) {
      throw new ShapeException(
          "it takes an image [channels, height, width] but the input has the shape " + this);
    }
    return of(
        channels,
        windows("height", 1, kernel, stride, padding),
        windows("width", 2, kernel, stride, padding));
  }

  private int windows(String name, int axis, int kernel, int stride, int padding) {
    long padded = extents[axis] + 2L * padding;
    if (kernel > padded) {
      throw new ShapeException(
          "a kernel of "
              + kernel
              + " does not fit the "
              + name
              + " of "
              + extents[axis]
              + (padding == 0 ? "" : " with a padding of " + padding + " on each side"));
    }
    return Math.toIntExact((padded - kernel) / stride + 1);
  }

  /** The extents as JSON writes them: {@code [32, 14, 14]}. */
  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
