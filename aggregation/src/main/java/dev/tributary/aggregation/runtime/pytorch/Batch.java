package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.runtime.Examples;
import java.util.Arrays;

/**
 * The native input of a step and the gradient that enters its way back, allocated once for a
 * capacity.
 */
final class Batch implements AutoCloseable {
  private final PtNDManager manager;
  private final int capacity;
  private final int featureSize;
  private final int outputs;
  private final boolean tokens;
  private final NativeArray input;
  private final NativeArray gradient;
  private final float[] features;
  private final long[] numbers;

  Batch(PtNDManager parent, ModelSpec spec, int capacity) {
    this.manager = parent.newSubManager(parent.getDevice());
    this.capacity = capacity;
    this.featureSize = spec.input().elements();
    this.outputs = spec.outputs();
    this.tokens = spec.layers().get(0) instanceof Embedding;
    int[] extents = spec.input().toArray();
    long[] shape = new long[extents.length + 1];
    shape[0] = capacity;
    for (int i = 0; i < extents.length; i++) {
      shape[i + 1] = extents[i];
    }
    this.input =
        new NativeArray(manager, new Shape(shape), tokens ? DataType.INT64 : DataType.FLOAT32);
    this.gradient = new NativeArray(manager, new Shape(capacity, outputs), DataType.FLOAT32);
    this.features = new float[Math.multiplyExact(capacity, featureSize)];
    this.numbers = new long[tokens ? features.length : 0];
  }

  int capacity() {
    return capacity;
  }

  /** Copies the features of an example to a row. */
  void set(int row, Examples examples, int index) {
    examples.copyFeatures(index, features, row * featureSize);
  }

  /**
   * The first {@code count} rows as native input; it belongs to the step, and so does all that is
   * computed from it.
   */
  PtNDArray input(PtNDManager step, int count) {
    int length = count * featureSize;
    if (tokens) {
      for (int i = 0; i < length; i++) {
        numbers[i] = (long) features[i];
      }
      input.write(numbers, length);
    } else {
      input.write(features, 0, length);
    }
    return rows(input.array(), step, count);
  }

  /** The gradient of the first {@code count} rows, belonging to the step. */
  PtNDArray gradient(PtNDManager step, float[] values, int count) {
    gradient.write(values, 0, Math.multiplyExact(count, outputs));
    return rows(gradient.array(), step, count);
  }

  /**
   * A view, which is an array of its own in the step's manager: the lasting one never moves there.
   */
  private static PtNDArray rows(PtNDArray array, PtNDManager step, int count) {
    long[] to = array.getShape().getShape().clone();
    to[0] = count;
    long[] from = new long[to.length];
    long[] stride = new long[to.length];
    Arrays.fill(stride, 1);
    return JniUtils.index(array, from, to, stride, step);
  }

  @Override
  public void close() {
    manager.close();
  }
}
