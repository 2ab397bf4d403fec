package dev.tributary.aggregation.runtime.network;

/**
 * The inner loops: {@code y += a x} over rows, several x at a time.
 *
 * <p>Their form is what makes them fast without the Vector API: one array is stored to, every array is read at the same
 * index, so C2 can prove that nothing overlaps and vectorises. Two stores in one loop, an offset into a shared array or
 * more than five terms (too many nodes to unroll as wide as a register) and it gives up: 44 GFlop/s fall to 10
 * (measured, see ADR 0006). Multiply and add stay separate operations: their results are the same on every machine, and
 * a machine without fused multiply-add does not have to emulate it.
 */
final class Axpy {
  private Axpy() {}

  /** y[j] += a x[j] for j in [0, n). */
  static void add1(float[] y, float a, float[] x, int n) {
    for (int j = 0; j < n; j++) {
      y[j] += a * x[j];
    }
  }

  /** y[j] += (a0 x0[j] + a1 x1[j]) + (a2 x2[j] + a3 x3[j]) for j in [0, n). */
  static void add4(
      float[] y, float a0, float[] x0, float a1, float[] x1, float a2, float[] x2, float a3, float[] x3, int n) {
    for (int j = 0; j < n; j++) {
      y[j] += (a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j]);
    }
  }

  /** y[j] += ((a0 x0[j] + a1 x1[j]) + (a2 x2[j] + a3 x3[j])) + a4 x4[j] for j in [0, n). */
  static void add5(
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
      int n) {
    for (int j = 0; j < n; j++) {
      y[j] += ((a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j])) + a4 * x4[j];
    }
  }

  /** y[j] = a y[j] for j in [0, n). */
  static void scale(float[] y, float a, int n) {
    for (int j = 0; j < n; j++) {
      y[j] *= a;
    }
  }
}
