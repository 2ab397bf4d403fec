package dev.tributary.aggregation.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.kernels.Kernels;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {

  private static final float RANGE = 0.5f;

  private static QuantizationParameters parameters(int length, int bits) {
    return QuantizationParameters.forTraining(
        length, bits, Float.POSITIVE_INFINITY, RANGE, 100, 16);
  }

  private static int[] lanes(QuantizationParameters p, float[] values, int examples, long seed) {
    byte[] roundingSeed = new byte[32];
    new Random(seed).nextBytes(roundingSeed);
    ClippedUpdate clipped = new Clipper(p).clip(new LocalUpdate(values.clone(), examples));
    return new Quantizer(p).quantize(clipped, roundingSeed).lanes();
  }

  /**
   * The sum over all 2^16 values of the noise is the fixed point itself: what a lane is expected to
   * be, without chance.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 16})
  void expectationOfALane_isOffByNoMoreThanAFloatIs(int bits) {
    QuantizationParameters p = parameters(1, bits);
    Random random = new Random(bits);
    for (int i = 0; i < 200; i++) {
      double weight = (1 + random.nextInt((int) p.maxLane())) / (double) p.maxLane();
      float x = RANGE * (2 * random.nextFloat() - 1);
      float[] values = new float[1 << 16];
      Arrays.fill(values, x);
      int[] lanes = new int[1 << 16];
      Arrays.setAll(lanes, noise -> noise);
      int centre = (int) p.centre();
      Kernels.chosen()
          .quantize(
              values,
              0,
              lanes.length,
              (float) (weight / p.step() * 0x1p16),
              (int) (weight * centre * 0x1p16),
              centre,
              0,
              lanes);

      double expectation = Arrays.stream(lanes).asLongStream().sum() / 0x1p16 - centre;
      double exact = weight * x / p.step();
      assertThat(Math.abs(expectation - exact))
          .isLessThan(0x1p-16 + 0x1p-23 * Math.abs(exact))
          .isLessThan(bits == 8 ? 0x1p-15 : 0x1p-7);
    }
  }

  /**
   * By Hoeffding's inequality the mean of n roundings is off by t = sqrt(ln(2 / q) / (2 n)) or more
   * with probability at most q = 1e-9, for each of the 14 cases.
   */
  @ParameterizedTest
  @ValueSource(doubles = {-1, -0.77777, -1e-3, 0.123456, 0.5, 0.9999, 1})
  void expectationOfALane_isTheScaledValue(double fractionOfRange) {
    int n = 200_000;
    double tolerance = Math.sqrt(Math.log(2 / 1e-9) / (2 * n));
    for (int bits : new int[] {8, 16}) {
      QuantizationParameters p = parameters(n, bits);
      float[] values = new float[n];
      Arrays.fill(values, (float) (fractionOfRange * RANGE));
      int examples = 37;
      int[] lanes = lanes(p, values, examples, bits);

      double weight = lanes[n] / (double) p.maxLane();
      double expected = p.centre() + weight * values[0] / p.step();
      double mean = Arrays.stream(lanes, 0, n).average().orElseThrow();

      assertThat(mean).isBetween(expected - tolerance, expected + tolerance);
    }
  }

  @Property(tries = 60)
  void everyLane_isWithinOneStepOfItsValue_andInRange(
      @ForAll boolean sixteen,
      @ForAll @IntRange(min = 1, max = 300) int examples,
      @ForAll long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(6_000);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian() * RANGE;
    }
    QuantizationParameters p = parameters(n, sixteen ? 16 : 8);

    int[] lanes = lanes(p, values, examples, seed);

    double weight = lanes[n] / (double) p.maxLane();
    for (int i = 0; i < n; i++) {
      double clamped = Math.max(-RANGE, Math.min(RANGE, values[i]));
      double exact = p.centre() + weight * clamped / p.step();
      assertThat(lanes[i]).isBetween(0, (int) p.maxLane());
      // a float product is off by 2^-24 of itself, so by 2^-9 of a step at most
      assertThat(Math.abs(lanes[i] - exact)).isLessThan(1 + 0x1p-8);
    }
  }

  @Test
  void zero_isExactlyTheCentre_whateverTheNoise() {
    QuantizationParameters p = parameters(50_000, 8);

    int[] lanes = lanes(p, new float[50_000], 3, 1);

    assertThat(Arrays.stream(lanes, 0, 50_000).distinct()).containsExactly((int) p.centre());
  }

  @Test
  void beyondTheRange_isTheRange() {
    QuantizationParameters p = parameters(4, 16);

    int[] lanes = lanes(p, new float[] {1e30f, RANGE, -RANGE, -1e30f}, 100, 1);

    assertThat(lanes).containsExactly(65_534, 65_534, 0, 0, 65_535);
  }

  @Test
  void weight_isCapped_proportional_andNeverZero() {
    QuantizationParameters p = QuantizationParameters.forTraining(1, 8, 1f, 1f, 100_000, 2);
    float[] values = {0.1f};

    assertThat(lanes(p, values, 1_000_000, 1)[1]).isEqualTo(255);
    assertThat(lanes(p, values, 100_000, 1)[1]).isEqualTo(255);
    assertThat(lanes(p, values, 50_000, 1)[1]).isEqualTo(128);
    assertThat(lanes(p, values, 1, 1)[1]).isEqualTo(1);
  }

  @Test
  void sameSeed_sameLanes_andAnotherSeed_otherLanes() {
    QuantizationParameters p = parameters(5_000, 16);
    float[] values = new float[5_000];
    Arrays.fill(values, 0.1234f);

    assertThat(lanes(p, values, 5, 1))
        .isEqualTo(lanes(p, values, 5, 1))
        .isNotEqualTo(lanes(p, values, 5, 2));
  }

  @Test
  void noiseOfCoordinates_isNotRepeated() {
    QuantizationParameters p = parameters(20_000, 16);
    float[] values = new float[20_000];
    Arrays.fill(values, (float) (0.5 * p.step())); // every rounding is a fair coin
    int[] lanes = lanes(p, values, 100, 9);

    // Halves of one word are 2048 apart, words of one fill 4096. Agreement of independent coins is
    // binomial: with
    // n = 15904 pairs, more than 4.75 deviations (600 / 2 n^0.5) from half has probability below
    // 1e-5 per distance.
    for (int distance : new int[] {1, 2048, 4096}) {
      int agreements = 0;
      int pairs = 20_000 - 4096;
      for (int i = 0; i < pairs; i++) {
        agreements += lanes[i] == lanes[i + distance] ? 1 : 0;
      }
      assertThat(agreements).isBetween(pairs / 2 - 300, pairs / 2 + 300);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void nonFiniteUpdate_isRefused_withoutShowingIt(float value) {
    Clipper clipper = new Clipper(parameters(2, 16));

    assertThatThrownBy(() -> clipper.clip(new LocalUpdate(new float[] {1f, value}, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finite");
  }

  @Test
  void wrongLength_isRefused() {
    Clipper clipper = new Clipper(parameters(2, 16));

    assertThatThrownBy(() -> clipper.clip(new LocalUpdate(new float[3], 1)))
        .hasMessageContaining("expected 2 coordinates, got 3");
  }

  @Test
  void longerThanTheBound_isScaledToIt_keepingItsDirection() {
    QuantizationParameters p = QuantizationParameters.forTraining(2, 16, 1f, 1f, 1, 2);
    float[] delta = {3f, 4f};

    ClippedUpdate clipped = new Clipper(p).clip(new LocalUpdate(delta, 1));

    assertThat(clipped.values()).usingComparatorWithPrecision(1e-6f).containsExactly(0.6f, 0.8f);
  }

  @Test
  void clippedUpdate_isWithinTheBound_notOnlyUpToARounding() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      float bound = (float) Math.exp(random.nextGaussian() * 5);
      float[] delta = new float[1 + random.nextInt(40)];
      for (int i = 0; i < delta.length; i++) {
        delta[i] = (float) random.nextGaussian() * bound * (1 + random.nextInt(50));
      }
      QuantizationParameters p =
          QuantizationParameters.forTraining(delta.length, 16, bound, 1f, 1, 2);
      double before = norm(delta);

      double after = norm(new Clipper(p).clip(new LocalUpdate(delta, 1)).values());

      assertThat(after).as("seed %d", seed).isLessThanOrEqualTo(bound);
      assertThat(after)
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(Math.min(before, bound) * (1 - 1e-6));
    }
  }

  private static double norm(float[] values) {
    double squared = 0;
    for (float value : values) {
      squared += (double) value * value;
    }
    return Math.sqrt(squared);
  }

  @Test
  void withinTheBound_isLeftAlone() {
    QuantizationParameters p = QuantizationParameters.forTraining(2, 16, 5f, 1f, 1, 2);

    ClippedUpdate clipped = new Clipper(p).clip(new LocalUpdate(new float[] {3f, 4f}, 1));

    assertThat(clipped.values()).containsExactly(3f, 4f);
  }

  @Test
  void stages_neverPrintTheUpdate() {
    QuantizationParameters p = parameters(1, 16);
    LocalUpdate local = new LocalUpdate(new float[] {0.4242f}, 17);
    String printed =
        local.toString()
            + new Clipper(p).clip(local)
            + new Quantizer(p).quantize(new Clipper(p).clip(local), new byte[32]);

    assertThat(printed).doesNotContain("4242").doesNotContain("17").contains("redacted");
  }
}
