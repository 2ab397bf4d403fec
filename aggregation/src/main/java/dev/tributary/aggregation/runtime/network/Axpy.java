package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.kernels.Kernels;

/**
 * The inner loops: {@code y += a x} over rows, several x at a time.
 *
 * <p>Two providers with the same bits: {@link ScalarAxpy}, which C2 vectorises by itself, and
 * {@link VectorAxpy}, which is used where the Vector API is there (the rule, its property and its
 * log line are those of {@link Kernels}). Each element is the same products and sums in the same
 * order in both, and multiply and add stay separate operations: a fused one would round
 * differently, and a machine without it would have to emulate it.
 */
interface Axpy {
  /** The provider of this process. */
  Axpy CHOSEN = chosen();

  private static Axpy chosen() {
    return Kernels.chosen().name().equals(Kernels.scalar().name())
        ? new ScalarAxpy()
        : new VectorAxpy();
  }

  /** Rows hold this many floats for {@code size} values: room for the loop of either provider. */
  static int padded(int size) {
    return (size + 15) / 16 * 16 + 12;
  }

  /**
   * How far loops over rows of {@code size} values go, in [size, padded(size)]: what lies beyond
   * size is nobody's.
   */
  int length(int size);

  /** y[j] += a x[j] for j in [0, n). */
  void add1(float[] y, float a, float[] x, int n);

  /** y[j] += (a0 x0[j] + a1 x1[j]) + (a2 x2[j] + a3 x3[j]) for j in [0, n). */
  void add4(
      float[] y,
      float a0,
      float[] x0,
      float a1,
      float[] x1,
      float a2,
      float[] x2,
      float a3,
      float[] x3,
      int n);

  /** y[j] += ((a0 x0[j] + a1 x1[j]) + (a2 x2[j] + a3 x3[j])) + a4 x4[j] for j in [0, n). */
  void add5(
      float[] y,
      float a0,
      float[] x0,
      float a1,
      float[] x1,
      float a2,
      float[] x2,
      float a3,
      float[] x3,
      float a4,
      float[] x4,
      int n);

  /** y[j] = a y[j] for j in [0, n). */
  void scale(float[] y, float a, int n);
}
