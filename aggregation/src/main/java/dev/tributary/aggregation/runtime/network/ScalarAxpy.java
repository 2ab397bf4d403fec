package dev.tributary.aggregation.runtime.network;

/**
 * The inner loops in plain Java.
 *
 * <p>Their form is what lets C2 vectorise them: one array is stored to and every array is read at
 * the same index, so nothing can overlap. Two stores in one loop, an offset into a shared array or
 * more than five terms (too many nodes to unroll as wide as a register) and it gives up: 44 GFlop/s
 * fall to 10 (measured, see ADR 0006).
 */
final class ScalarAxpy implements Axpy {
  /**
   * C2 runs up to 12 floats one by one until the address is aligned, then whole vectors, then what
   * is left one by one: a length of 16 k + 12 leaves nothing. For 128 columns: 30 -> 39 GFlop/s.
   * Short rows are not worth it.
   */
  @Override
  public int length(int size) {
    return size < 32 ? size : Axpy.padded(size);
  }

  @Override
  public void add1(float[] y, float a, float[] x, int n) {
    for (int j = 0; j < n; j++) {
      y[j] += a * x[j];
    }
  }

  @Override
  public void add4(
      float[] y,
      float a0,
      float[] x0,
      float a1,
      float[] x1,
      float a2,
      float[] x2,
      float a3,
      float[] x3,
      int n) {
    for (int j = 0; j < n; j++) {
      y[j] += (a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j]);
    }
  }

  @Override
  public void add5(
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

  @Override
  public void scale(float[] y, float a, int n) {
    for (int j = 0; j < n; j++) {
      y[j] *= a;
    }
  }
}
