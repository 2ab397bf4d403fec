package dev.tributary.aggregation.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.kernels.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxpyTest {
  private final Axpy scalar = new ScalarAxpy();
  private final Axpy vector = new VectorAxpy();

  @Test
  void theVectorProvider_isChosenWhereKernelsChooseVectors() {
    boolean vectors = !Kernels.chosen().name().equals(Kernels.scalar().name());
    assertThat(Axpy.CHOSEN instanceof VectorAxpy).isEqualTo(vectors);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 15, 16, 17, 31, 32, 33, 100, 127, 128, 129, 200})
  void bothProviders_giveTheSameBits(int size) {
    Random random = new Random(size);
    float[] y = row(random, size);
    float[][] x = {
      row(random, size), row(random, size), row(random, size), row(random, size), row(random, size)
    };
    float[] a = {random.nextFloat(), -1e-20f, 3e20f, 0.1f, -random.nextFloat()};
    assertThat(after(scalar, y, a, x, size)).isEqualTo(after(vector, y, a, x, size));
  }

  private static float[] after(Axpy axpy, float[] start, float[] a, float[][] x, int size) {
    float[] y = start.clone();
    int n = axpy.length(size);
    axpy.add1(y, a[0], x[0], n);
    axpy.add4(y, a[0], x[0], a[1], x[1], a[2], x[2], a[3], x[3], n);
    axpy.scale(y, a[3], n);
    axpy.add5(y, a[4], x[0], a[1], x[1], a[2], x[2], a[3], x[3], a[0], x[4], n);
    return Arrays.copyOf(y, size);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 31, 32, 128, 130})
  void aLoop_coversTheValues_andStaysInTheRow(int size) {
    for (Axpy axpy : new Axpy[] {scalar, vector}) {
      assertThat(axpy.length(size)).isBetween(size, Axpy.padded(size));
    }
  }

  private static float[] row(Random random, int size) {
    float[] row = new float[Axpy.padded(size)];
    for (int j = 0; j < size; j++) {
      row[j] = (float) random.nextGaussian();
    }
    return row;
  }
}
