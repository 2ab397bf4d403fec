package dev.tributary.aggregation.compress.delta.forecast;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, largest first, by Jacobi's rotations
 * (G. Golub, C. Van Loan, "Matrix Computations", 4th edition, 8.5).
 *
 * @param values largest first
 * @param vectors {@code vectors[k]} belongs to {@code values[k]}
 */
record Eigen(double[] values, double[][] vectors) {

  private static final int SWEEPS = 12;

  /**
   * Of this matrix.
   *
   * @param symmetric is changed
   */
  static Eigen of(double[][] symmetric) {
    int n = symmetric.length;
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(symmetric, vectors, p, q);
        }
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -symmetric[k][k]))
            .mapToInt(k -> k)
            .toArray();
    double[] sortedValues = new double[n];
    double[][] sortedVectors = new double[n][];
    for (int k = 0; k < n; k++) {
      sortedValues[k] = symmetric[order[k]][order[k]];
      sortedVectors[k] = vectors[order[k]];
    }
    return new Eigen(sortedValues, sortedVectors);
  }

  /** Makes the element at (p, q) zero. */
  private static void rotate(double[][] m, double[][] vectors, int p, int q) {
    if (m[p][q] == 0) {
      return;
    }
    double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double c = 1 / Math.hypot(t, 1);
    double s = t * c;
    for (double[] row : m) {
      double atP = row[p];
      row[p] = c * atP - s * row[q];
      row[q] = s * atP + c * row[q];
    }
    turn(m[p], m[q], c, s);
    turn(vectors[p], vectors[q], c, s);
  }

  private static void turn(double[] a, double[] b, double c, double s) {
    for (int i = 0; i < a.length; i++) {
      double first = a[i];
      a[i] = c * first - s * b[i];
      b[i] = s * first + c * b[i];
    }
  }
}
