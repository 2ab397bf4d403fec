package dev.tributary.aggregation.runtime.network;

import java.util.Arrays;

/**
 * A weight as rows, {@code [rows][columns]}, with its velocity when there is momentum. Its two
 * operations are the whole cost of training: a product with a block of examples, and the sum of
 * outer products that moves it.
 *
 * <p>Both work through the examples in blocks that stay in the first cache, holding four rows of
 * the weight while the examples pass. Blocking never changes a result: each output is the sum of
 * its own terms, in the same order, whichever examples are beside it.
 */
final class Matrix {
  private static final int BLOCK = 20;

  private static final Axpy AXPY = Axpy.CHOSEN;

  private final float[][] weights;
  private final int length;
  private float[][] velocity = new float[0][];

  Matrix(int rows, int columns) {
    this.weights = new float[rows][Axpy.padded(columns)];
    this.length = AXPY.length(columns);
  }

  float[][] weights() {
    return weights;
  }

  void resetVelocity() {
    if (velocity.length == 0) {
      velocity = new float[weights.length][weights[0].length];
      return;
    }
    for (float[] row : velocity) {
      Arrays.fill(row, 0f);
    }
  }

  /**
   * out[b] += sum over k of in[b][k] weights[k], for b in [0, count).
   *
   * <p>Four inputs that are all zero add nothing: the terms skipped are zeros, and adding zero
   * changes no value (only, at most, the sign of a zero, which nothing here tells apart). Pictures
   * are mostly background: this halves the work on MNIST.
   */
  void multiplyAdd(float[][] in, float[][] out, int count) {
    for (int from = 0; from < count; from += BLOCK) {
      multiplyAddBlock(in, out, from, Math.min(from + BLOCK, count));
    }
  }

  private void multiplyAddBlock(float[][] in, float[][] out, int from, int to) {
    int rows = weights.length;
    int k = 0;
    for (; k + 4 <= rows; k += 4) {
      float[] w0 = weights[k];
      float[] w1 = weights[k + 1];
      float[] w2 = weights[k + 2];
      float[] w3 = weights[k + 3];
      for (int b = from; b < to; b++) {
        float[] x = in[b];
        float x0 = x[k];
        float x1 = x[k + 1];
        float x2 = x[k + 2];
        float x3 = x[k + 3];
        if (x0 != 0 || x1 != 0 || x2 != 0 || x3 != 0) {
          AXPY.add4(out[b], x0, w0, x1, w1, x2, w2, x3, w3, length);
        }
      }
    }
    for (; k < rows; k++) {
      for (int b = from; b < to; b++) {
        if (in[b][k] != 0) {
          AXPY.add1(out[b], in[b][k], weights[k], length);
        }
      }
    }
  }

  /**
   * Moves the weights: weights[k] += sum over b of left[b][k] right[b], b in [0, count), with
   * {@code right} already scaled by minus the learning rate. Examples whose left values are all
   * zero add nothing, as in {@link #multiplyAdd}.
   */
  void addOuterProducts(float[][] left, float[][] right, int count) {
    addOuterProducts(weights, left, right, count);
  }

  /**
   * Moves the weights with momentum: velocity[k] = momentum velocity[k] + sum over b of left[b][k]
   * right[b]; weights[k] += velocity[k]. The velocity is that of PyTorch's SGD times minus the
   * learning rate, which a run keeps constant.
   */
  void addOuterProducts(float[][] left, float[][] right, int count, float momentum) {
    for (float[] row : velocity) {
      AXPY.scale(row, momentum, length);
    }
    addOuterProducts(velocity, left, right, count);
    for (int k = 0; k < weights.length; k++) {
      AXPY.add1(weights[k], 1f, velocity[k], length);
    }
  }

  private void addOuterProducts(float[][] target, float[][] left, float[][] right, int count) {
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(from + BLOCK, count);
      for (int k = 0; k < target.length; k++) {
        addRow(target[k], k, left, right, from, to);
      }
    }
  }

  private void addRow(float[] w, int k, float[][] left, float[][] right, int from, int to) {
    int b = from;
    for (; b + 5 <= to; b += 5) {
      float a0 = left[b][k];
      float a1 = left[b + 1][k];
      float a2 = left[b + 2][k];
      float a3 = left[b + 3][k];
      float a4 = left[b + 4][k];
      if (a0 != 0 || a1 != 0 || a2 != 0 || a3 != 0 || a4 != 0) {
        AXPY.add5(
            w,
            a0,
            right[b],
            a1,
            right[b + 1],
            a2,
            right[b + 2],
            a3,
            right[b + 3],
            a4,
            right[b + 4],
            length);
      }
    }
    for (; b < to; b++) {
      if (left[b][k] != 0) {
        AXPY.add1(w, left[b][k], right[b], length);
      }
    }
  }
}
