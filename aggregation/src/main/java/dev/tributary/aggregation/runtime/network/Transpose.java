package dev.tributary.aggregation.runtime.network;

/**
 * Copies a weight between PyTorch's flat {@code [out][in]} and rows {@code [in][out]}, in square
 * blocks that fit the first cache, since one side is always crossed the long way.
 */
final class Transpose {
  private static final int BLOCK = 32;

  private Transpose() {}

  /** rows[k][j] = flat[offset + j in + k] for j in [0, out), k in [0, in). */
  static void load(float[] flat, int offset, float[][] rows, int in, int out) {
    for (int k0 = 0; k0 < in; k0 += BLOCK) {
      for (int j0 = 0; j0 < out; j0 += BLOCK) {
        for (int k = k0; k < Math.min(k0 + BLOCK, in); k++) {
          for (int j = j0; j < Math.min(j0 + BLOCK, out); j++) {
            rows[k][j] = flat[offset + j * in + k];
          }
        }
      }
    }
  }

  /** flat[offset + j in + k] = rows[k][j] for j in [0, out), k in [0, in). */
  static void store(float[][] rows, float[] flat, int offset, int in, int out) {
    for (int k0 = 0; k0 < in; k0 += BLOCK) {
      for (int j0 = 0; j0 < out; j0 += BLOCK) {
        for (int j = j0; j < Math.min(j0 + BLOCK, out); j++) {
          for (int k = k0; k < Math.min(k0 + BLOCK, in); k++) {
            flat[offset + j * in + k] = rows[k][j];
          }
        }
      }
    }
  }
}
