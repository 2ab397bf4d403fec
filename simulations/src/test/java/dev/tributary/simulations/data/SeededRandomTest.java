package dev.tributary.simulations.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds are fixed, so that none of these fails by chance. */
class SeededRandomTest {

  @Test
  void oneSeed_hasOneStreamForEachPurposeAndIndex() {
    assertThat(permutation(SeededRandom.of(1, "a")))
        .isEqualTo(permutation(SeededRandom.of(1, "a")));
    assertThat(permutation(SeededRandom.of(1, "a")))
        .isNotEqualTo(permutation(SeededRandom.of(1, "b")))
        .isNotEqualTo(permutation(SeededRandom.of(2, "a")))
        .isNotEqualTo(permutation(SeededRandom.of(1, "a", 0)));
    assertThat(permutation(SeededRandom.of(1, "a", 0)))
        .isNotEqualTo(permutation(SeededRandom.of(1, "a", 1)));
  }

  @Test
  void oneSeed_drawsTheSameOnEveryMachine() {
    SeededRandom random = SeededRandom.of(42, "pinned");
    assertThat(random.permutation(8)).containsExactly(3, 6, 4, 7, 1, 5, 2, 0);
    assertThat(random.normal()).isEqualTo(0.008219212113747716);
  }

  private static int[] permutation(SeededRandom random) {
    return random.permutation(50);
  }

  @Test
  void permutation_holdsEveryNumberOnce() {
    int[] values = SeededRandom.of(3, "p").permutation(1000);
    Arrays.sort(values);
    assertThat(values).isEqualTo(IntStream.range(0, 1000).toArray());
  }

  @Test
  void normal_hasMeanZeroAndVarianceOne() {
    SeededRandom random = SeededRandom.of(4, "n");
    double[] draws = IntStream.range(0, 100_000).mapToDouble(i -> random.normal()).toArray();
    assertThat(Arrays.stream(draws).average().orElseThrow()).isCloseTo(0, within(0.02));
    assertThat(Arrays.stream(draws).map(x -> x * x).average().orElseThrow())
        .isCloseTo(1, within(0.03));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.01, 0.5, 1, 7.5, 1e6})
  void dirichlet_sharesAreFiniteAndSumToOne(double alpha) {
    SeededRandom random = SeededRandom.of(5, "d");
    for (int draw = 0; draw < 200; draw++) {
      double[] shares = random.dirichlet(alpha, 10);
      assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
      assertThat(Arrays.stream(shares).allMatch(share -> share >= 0 && share <= 1)).isTrue();
    }
  }

  /**
   * Of a symmetric Dirichlet over k parts a share has the variance (k - 1) / (k^2 (k alpha + 1)).
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 1, 4})
  void dirichlet_sharesVaryAsTheDistributionSays(double alpha) {
    SeededRandom random = SeededRandom.of(6, "v");
    double sum = 0;
    int draws = 40_000;
    for (int draw = 0; draw < draws; draw++) {
      double distance = random.dirichlet(alpha, 4)[0] - 0.25;
      sum += distance * distance;
    }
    double expected = 3 / (16 * (4 * alpha + 1));
    assertThat(sum / draws).isCloseTo(expected, within(expected * 0.05));
  }
}
