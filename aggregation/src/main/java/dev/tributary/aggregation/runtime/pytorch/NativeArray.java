package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A native array that stays for the life of a model, with the view of its memory: writing through
 * the view is the fastest way in and out (0.5 ms for 1.66 M floats; a copy through DJL takes ten
 * times as long). Allocated by PyTorch, so aligned to 64 bytes: unaligned memory could change the
 * order of a native sum. The view is dropped before the memory goes.
 */
final class NativeArray {
  private final PtNDArray array;
  private final ByteBuffer view;

  NativeArray(PtNDManager manager, Shape shape, DataType type) {
    this.array = manager.create(shape, type);
    this.view = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
    if (!view.isDirect()) {
      throw new IllegalStateException(
          "PyTorch gave a copy of an array's memory where a view was asked for");
    }
  }

  PtNDArray array() {
    return array;
  }

  /** Copies floats in, from the start of the array. */
  void write(float[] source, int offset, int length) {
    view.asFloatBuffer().put(source, offset, length);
  }

  /** Copies whole numbers in, from the start of the array. */
  void write(long[] source, int length) {
    view.asLongBuffer().put(source, 0, length);
  }

  /** Copies floats out, from the start of the array. */
  void read(float[] target, int offset, int length) {
    view.asFloatBuffer().get(target, offset, length);
  }
}
