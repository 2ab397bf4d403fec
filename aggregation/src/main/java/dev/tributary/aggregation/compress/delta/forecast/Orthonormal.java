package dev.tributary.aggregation.compress.delta.forecast;

/** Turns vectors into orthogonal ones of length 1 that span the same: modified Gram-Schmidt. */
final class Orthonormal {

  private static final double TINY = 1e-30;
  private static final double DEPENDENT = 1e-12;

  private Orthonormal() {}

  /** Changes vectors in place; one that depends on those before it becomes zero. */
  static void make(float[][] vectors) {
    double[][] exact = new double[vectors.length][];
    for (int k = 0; k < vectors.length; k++) {
      exact[k] = copy(vectors[k]);
      double before = dot(exact[k], exact[k]);
      for (int earlier = 0; earlier < k; earlier++) {
        addScaled(-dot(exact[k], exact[earlier]), exact[earlier], exact[k]);
      }
      double square = dot(exact[k], exact[k]);
      boolean independent = square > TINY && square > before * DEPENDENT;
      double factor = independent ? 1 / Math.sqrt(square) : 0;
      for (int i = 0; i < vectors[k].length; i++) {
        exact[k][i] *= factor;
        vectors[k][i] = (float) exact[k][i];
      }
    }
  }

  /** The products of all pairs of vectors. */
  static double[][] gram(float[][] vectors) {
    double[][] gram = new double[vectors.length][vectors.length];
    for (int a = 0; a < vectors.length; a++) {
      double[] one = copy(vectors[a]);
      for (int b = 0; b <= a; b++) {
        gram[a][b] = dot(one, copy(vectors[b]));
        gram[b][a] = gram[a][b];
      }
    }
    return gram;
  }

  private static double[] copy(float[] vector) {
    double[] copy = new double[vector.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = vector[i];
    }
    return copy;
  }

  private static double dot(double[] a, double[] b) {
    double even = 0; // two sums, so that one addition need not wait for the other
    double odd = 0;
    int whole = a.length & -2;
    for (int i = 0; i < whole; i += 2) {
      even += a[i] * b[i];
      odd += a[i + 1] * b[i + 1];
    }
    return even + odd + (whole < a.length ? a[whole] * b[whole] : 0);
  }

  private static void addScaled(double factor, double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[i];
    }
  }
}
