package dev.tributary.aggregation.compress.delta.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionEncoder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LowRankTest {

  private static float[] products(int rank, int rows, int columns, double noise, Random random) {
    float[] matrix = new float[rows * columns];
    for (int k = 0; k < rank; k++) {
      double[] left = random.doubles(rows, -1, 1).toArray();
      double[] right = random.doubles(columns, -1, 1).toArray();
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] += (float) (left[i / columns] * right[i % columns]);
      }
    }
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] += (float) (noise * random.nextGaussian());
    }
    return matrix;
  }

  /** The share of the energy that a forecast leaves. */
  private static double left(float[] matrix, LowRank forecast, int rows, int columns) {
    double energy = 0;
    double remaining = 0;
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      forecast.forecast(i, row);
      for (int j = 0; j < columns; j++) {
        double value = matrix[i * columns + j];
        energy += value * value;
        remaining += (value - row[j]) * (value - row[j]);
      }
    }
    return remaining / energy;
  }

  @Property(tries = 20)
  void productsUnderNoise_areFound(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int rank) {
    float[] matrix = products(rank, 120, 90, 0.01, new Random(seed));
    LowRank found = LowRankFinder.find(matrix, 120, 90, 0);

    // noise has 1e-4 of variance beside rank / 9 of the products; the roundings add half of that
    assertThat(left(matrix, found, 120, 90)).isLessThan(3e-3 / rank);
  }

  @Test
  void whereThereIsNoiseOnly_nothingIsForetold() {
    float[] matrix = products(0, 120, 90, 1, new Random(1));

    assertThat(left(matrix, LowRankFinder.find(matrix, 120, 90, 0), 120, 90)).isEqualTo(1);
  }

  @Test
  void matricesThatAreTooSmallOrEmptyOrHuge_haveNoProducts() {
    assertThat(LowRank.maxRank(1, 1_000_000)).isZero();
    assertThat(LowRank.maxRank(512, 3136)).isEqualTo(LowRank.MAX_RANK);
    float[] zeros = new float[120 * 90];
    float[] huge = new float[120 * 90];
    Arrays.fill(huge, 0x1p60f);
    float[] out = new float[90];
    LowRankFinder.find(zeros, 120, 90, 0).forecast(0, out);
    assertThat(out).containsOnly(0);
    LowRankFinder.find(huge, 120, 90, 0).forecast(0, out);
    assertThat(out).containsOnly(0);
  }

  @Property(tries = 20)
  void codedProducts_areTheSameAfterDecoding(@ForAll long seed) {
    float[] matrix = products(3, 60, 70, 0.01, new Random(seed));
    LowRank found = LowRankFinder.find(matrix, 60, 70, 0);
    var encoder = new DecisionEncoder(ChangeModel.SLOTS);
    LowRank.code(new ChangeModel(encoder), found, 60, 70);
    byte[] decisions = encoder.decisions();
    byte[] raw = encoder.rawBits();
    byte[] all = Arrays.copyOf(decisions, decisions.length + raw.length);
    System.arraycopy(raw, 0, all, decisions.length, raw.length);
    var decoder = new DecisionDecoder(ChangeModel.SLOTS, all, 0, decisions.length, all.length);
    LowRank decoded = LowRank.code(new ChangeModel(decoder), LowRank.none(), 60, 70);

    assertThat(decoder.isExact()).isTrue();
    float[] expected = new float[70];
    float[] actual = new float[70];
    for (int row = 0; row < 60; row++) {
      found.forecast(row, expected);
      decoded.forecast(row, actual);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void eigenvectors_diagonaliseTheirMatrix() {
    var random = new Random(2);
    int n = 9;
    double[][] matrix = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = matrix[j][i] = random.nextGaussian();
      }
    }
    double[][] copy = new double[n][];
    for (int i = 0; i < n; i++) {
      copy[i] = matrix[i].clone();
    }
    Eigen eigen = Eigen.of(copy);
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < n; i++) {
        double product = 0;
        for (int j = 0; j < n; j++) {
          product += matrix[i][j] * eigen.vectors()[k][j];
        }
        assertThat(product)
            .isCloseTo(eigen.values()[k] * eigen.vectors()[k][i], Offset.offset(1e-9));
      }
      assertThat(k == 0 || eigen.values()[k] <= eigen.values()[k - 1]).isTrue();
    }
  }
}
