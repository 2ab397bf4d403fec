package dev.tributary.aggregation.compress.delta;

/** Turns vectors into orthogonal ones of length 1 that span the same: modified Gram-Schmidt. */
final class Orthonormal {

  private static final double TINY = 1e-30;

  private Orthonormal() {}

  /**
   * Changes vectors in place; one that depends on those before it becomes zero.
   *
   * @param vectors float[length * width], component by component: vector k is at {@code i * width + k}
   */
  static void make(float[] vectors, int length, int width) {
    double[][] turned = new double[width][length];
    for (int i = 0; i < length; i++) {
      for (int k = 0; k < width; k++) {
        turned[k][i] = vectors[i * width + k];
      }
    }
    for (int k = 0; k < width; k++) {
      double before = dot(turned[k], turned[k]);
      for (int earlier = 0; earlier < k; earlier++) {
        addScaled(-dot(turned[k], turned[earlier]), turned[earlier], turned[k]);
      }
      double square = dot(turned[k], turned[k]);
      boolean independent = square > TINY && square > before * 1e-12;
      scale(independent ? 1 / Math.sqrt(square) : 0, turned[k]);
    }
    for (int i = 0; i < length; i++) {
      for (int k = 0; k < width; k++) {
        vectors[i * width + k] = (float) turned[k][i];
      }
    }
  }

  /** The products of all pairs of vectors. */
  static double[][] gram(float[] vectors, int length, int width) {
    double[][] gram = new double[width][width];
    for (int i = 0; i < length; i++) {
      for (int a = 0; a < width; a++) {
        addScaled(vectors[i * width + a], vectors, i * width, gram[a]);
      }
    }
    return gram;
  }

  private static void addScaled(double factor, float[] from, int offset, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[offset + i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double first = 0; // four sums, so that one addition need not wait for the other
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      first += a[i] * b[i];
    }
    return first + second + third + fourth;
  }

  private static void addScaled(double factor, double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[i];
    }
  }

  private static void scale(double factor, double[] vector) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }
}
