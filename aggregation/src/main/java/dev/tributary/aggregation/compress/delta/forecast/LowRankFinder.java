package dev.tributary.aggregation.compress.delta.forecast;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds the products that forecast a matrix best for the bits that they cost.
 *
 * <p>Subspace iteration from a fixed start (N. Halko, P.-G. Martinsson, J. Tropp, "Finding
 * structure with randomness", SIAM Review 2011, algorithm 4.4), then the singular values of the
 * small matrix that is left. The time is that of a few passes over the matrix.
 *
 * <p>Both factors of a product are sent as whole numbers of one width {@code delta = sqrt(12
 * variance of the error)}: the width at which another bit for them saves one bit in the errors.
 */
public final class LowRankFinder {

  private static final int PASSES = 3;
  private static final int SPARE = 3; // directions that make those before them exact
  private static final double LARGEST = 1e30;
  private static final double MOST_STEPS = 1 << 20;
  private static final double BITS_OF_PRODUCT = 40; // multiplier and what slots must learn

  private final float[] matrix;
  private final int rows;
  private final int columns;
  private final int width;

  private LowRankFinder(float[] matrix, int rows, int columns, int width) {
    this.matrix = matrix;
    this.rows = rows;
    this.columns = columns;
    this.width = width;
  }

  /**
   * The best forecast of a matrix.
   *
   * @param matrix float[rows * columns], finite
   * @param leastVariance what the error's variance is never below: that of rounding, where whole
   *     numbers are coded
   */
  public static LowRank find(float[] matrix, int rows, int columns, double leastVariance) {
    int most = LowRank.maxRank(rows, columns);
    double energy = energy(matrix);
    if (most == 0 || !(energy > 0 && energy < LARGEST)) {
      return LowRank.none();
    }
    int width = Math.min(most + SPARE, Math.min(rows, columns));
    return new LowRankFinder(matrix, rows, columns, width).find(most, energy, leastVariance);
  }

  private static double energy(float[] matrix) {
    double energy = 0;
    for (float value : matrix) {
      energy += (double) value * value;
    }
    return energy;
  }

  private LowRank find(int most, double energy, double leastVariance) {
    var random = new SplittableRandom(1);
    float[][] right = new float[width][columns];
    for (float[] direction : right) {
      for (int i = 0; i < columns; i++) {
        direction[i] = (float) (random.nextDouble() - 0.5);
      }
    }
    float[][] left = new float[width][rows];
    for (int pass = 0; pass < PASSES; pass++) {
      Orthonormal.make(right);
      timesRight(right, left);
      Orthonormal.make(left);
      timesLeft(left, right);
    }
    Eigen eigen = Eigen.of(Orthonormal.gram(right));
    int rank = bestRank(eigen.values(), Math.min(most, width), energy, leastVariance);
    return rank == 0
        ? LowRank.none()
        : rounded(left, right, eigen, rank, remaining(eigen.values(), rank, energy));
  }

  /** left = matrix * right. */
  private void timesRight(float[][] right, float[][] left) {
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < width; k++) {
        left[k][row] = dot(matrix, row * columns, right[k]);
      }
    }
  }

  /** right = transposed matrix * left. */
  private void timesLeft(float[][] left, float[][] right) {
    for (float[] direction : right) {
      Arrays.fill(direction, 0);
    }
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < width; k++) {
        addScaled(left[k][row], matrix, row * columns, right[k]);
      }
    }
  }

  /** Four sums, so that one addition need not wait for the other. */
  private static float dot(float[] matrix, int from, float[] direction) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int whole = direction.length & -4;
    for (int i = 0; i < whole; i += 4) {
      first += matrix[from + i] * direction[i];
      second += matrix[from + i + 1] * direction[i + 1];
      third += matrix[from + i + 2] * direction[i + 2];
      fourth += matrix[from + i + 3] * direction[i + 3];
    }
    for (int i = whole; i < direction.length; i++) {
      first += matrix[from + i] * direction[i];
    }
    return (first + second) + (third + fourth);
  }

  private static void addScaled(float factor, float[] matrix, int from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * matrix[from + i];
    }
  }

  private static double remaining(double[] squares, int rank, double energy) {
    double remaining = energy;
    for (int k = 0; k < rank; k++) {
      remaining -= squares[k];
    }
    return Math.max(remaining, energy * 1e-9); // below this the sums above are rounding errors
  }

  private int bestRank(double[] squares, int most, double energy, double leastVariance) {
    double count = (double) rows * columns;
    double productBits = 0;
    double fewest = count / 2 * log2(energy / count + leastVariance);
    int best = 0;
    for (int rank = 1; rank <= most; rank++) {
      double variance = remaining(squares, rank, energy) / count;
      double singular = Math.sqrt(Math.max(squares[rank - 1], 0));
      double delta = Math.sqrt(12 * variance);
      productBits +=
          BITS_OF_PRODUCT
              + rows * numberBits(singular / Math.sqrt(rows) / delta)
              + columns * numberBits(singular / Math.sqrt(columns) / delta);
      double bits = productBits + count / 2 * log2(variance + leastVariance);
      if (bits < fewest) {
        fewest = bits;
        best = rank;
      }
    }
    return best;
  }

  /** What a whole number of this standard deviation costs. */
  private static double numberBits(double deviation) {
    return log2(1 + 17 * deviation * deviation) / 2;
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  private LowRank rounded(
      float[][] left, float[][] right, Eigen eigen, int rank, double remaining) {
    double delta = Math.sqrt(12 * remaining / ((double) rows * columns));
    float[] multipliers = new float[rank];
    int[][] leftNumbers = new int[rank][];
    int[][] rightNumbers = new int[rank][];
    for (int k = 0; k < rank; k++) {
      double singular = Math.sqrt(eigen.values()[k]);
      double step = Math.max(delta, singular / MOST_STEPS);
      leftNumbers[k] = numbers(left, rows, eigen.vectors()[k], singular / step);
      rightNumbers[k] = numbers(right, columns, eigen.vectors()[k], 1 / step);
      multipliers[k] = (float) (step * step / singular);
    }
    return new LowRank(multipliers, leftNumbers, rightNumbers);
  }

  private static int[] numbers(float[][] basis, int length, double[] direction, double factor) {
    int[] numbers = new int[length];
    for (int i = 0; i < length; i++) {
      double sum = 0;
      for (int k = 0; k < direction.length; k++) {
        sum += basis[k][i] * direction[k];
      }
      numbers[i] = (int) Math.rint(sum * factor);
    }
    return numbers;
  }
}
