package dev.tributary.aggregation.model.safetensors;

import java.util.Arrays;

/**
 * One tensor as the header of a safetensors file declares it.
 *
 * @param name unique in the file
 * @param type of its elements
 * @param shape extents, each at least 1; copied in and out
 * @param beginByte where its data begins, counted from the end of the header; a multiple of the
 *     element size
 * @param lengthBytes elements times element size
 */
public record TensorEntry(
    String name, ElementType type, int[] shape, long beginByte, long lengthBytes) {

  public TensorEntry {
    shape = shape.clone();
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  long endByte() {
    return beginByte + lengthBytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorEntry that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && beginByte == that.beginByte
        && lengthBytes == that.lengthBytes;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Long.hashCode(beginByte);
  }

  @Override
  public String toString() {
    return name + ":" + type + Arrays.toString(shape) + "@" + beginByte;
  }
}
