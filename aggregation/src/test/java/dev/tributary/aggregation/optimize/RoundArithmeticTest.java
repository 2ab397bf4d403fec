package dev.tributary.aggregation.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.quantize.Clipper;
import dev.tributary.aggregation.quantize.LocalUpdate;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.aggregation.quantize.Quantizer;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A whole round, from updates to their mean, against the same mean in doubles. */
class RoundArithmeticTest {

  private static final RoundProtocol PLAIN = RoundProtocol.of(ProtocolKind.PLAIN);
  private static final float RANGE = 0.25f;
  private static final int MAX_EXAMPLES = 50;

  private static AggregateSum sum(
      QuantizationParameters p, float[][] deltas, int[] examples, Random random)
      throws IOException {
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    for (int device = 0; device < deltas.length; device++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      LocalUpdate update = new LocalUpdate(deltas[device].clone(), examples[device]);
      QuantizedUpdate quantized = new Quantizer(p).quantize(new Clipper(p).clip(update), seed);
      accumulator.add(PLAIN.masker(p, List.of()).mask(quantized).source());
    }
    return PLAIN.unmasker(p, List.of(), 1).unmask(accumulator.sum());
  }

  private static double weight(QuantizationParameters p, int examples) {
    double steps =
        Math.floor((double) Math.min(examples, MAX_EXAMPLES) * p.maxLane() / MAX_EXAMPLES + 0.5);
    return Math.max(1, steps) / p.maxLane();
  }

  @Property(tries = 200)
  void mean_isWithinItsErrorBound_ofTheExactWeightedMean(
      @ForAll boolean sixteen,
      @ForAll @IntRange(min = 1, max = 12) int devices,
      @ForAll @IntRange(min = 1, max = 600) int length,
      @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    QuantizationParameters p =
        QuantizationParameters.forTraining(length, sixteen ? 16 : 8, 1e3f, RANGE, MAX_EXAMPLES, 12);
    float[][] deltas = new float[devices][length];
    int[] examples = new int[devices];
    double[] exact = new double[length];
    double totalWeight = 0;
    for (int device = 0; device < devices; device++) {
      examples[device] = 1 + random.nextInt(2 * MAX_EXAMPLES);
      double weight = weight(p, examples[device]);
      totalWeight += weight;
      for (int i = 0; i < length; i++) {
        deltas[device][i] = (random.nextFloat() * 2.2f - 1.1f) * RANGE;
        exact[i] += weight * Math.max(-RANGE, Math.min(RANGE, deltas[device][i]));
      }
    }

    MeanUpdate mean = new Dequantizer(p).dequantize(sum(p, deltas, examples, random));

    assertThat(mean.totalWeight()).isCloseTo(totalWeight, Offset.offset(1e-9));
    assertThat(mean.devices()).isEqualTo(devices);
    // one step for each device, and the rounding of a float product (2^-9 of a step) and of the
    // mean itself
    double bound = devices * p.step() * (1 + 0x1p-8) / totalWeight + RANGE * 0x1p-22;
    for (int i = 0; i < length; i++) {
      assertThat(Math.abs(mean.mean()[i] - exact[i] / totalWeight)).isLessThan(bound);
    }
  }

  /**
   * The error of the mean of n devices has a standard deviation of at most sqrt(n) step / (2 W) in
   * each coordinate, and of sqrt(2/3) times that when fractions are spread uniformly, as here. The
   * root of the mean square over 50 000 independent, nearly normal coordinates deviates from its
   * expectation by 0.3 %: the interval is more than 40 such deviations wide on either side.
   */
  @Test
  void errorOfTheMean_averagesOut_asIndependentNoiseDoes() throws Exception {
    int devices = 64;
    int length = 50_000;
    Random random = new Random(7);
    QuantizationParameters p =
        QuantizationParameters.forTraining(length, 8, 1e3f, RANGE, 1, devices);
    float[][] deltas = new float[devices][length];
    int[] examples = new int[devices];
    double[] exact = new double[length];
    for (int device = 0; device < devices; device++) {
      examples[device] = 1;
      for (int i = 0; i < length; i++) {
        deltas[device][i] = (random.nextFloat() * 2 - 1) * RANGE;
        exact[i] += deltas[device][i] / devices;
      }
    }

    MeanUpdate mean = new Dequantizer(p).dequantize(sum(p, deltas, examples, random));

    double squares = 0;
    double errors = 0;
    for (int i = 0; i < length; i++) {
      double error = mean.mean()[i] - exact[i];
      squares += error * error / length;
      errors += error / length;
    }
    double deviation = Math.sqrt(devices) * p.step() / (2 * devices);
    assertThat(Math.sqrt(squares)).isBetween(0.7 * deviation, 1.05 * deviation);
    // the mean error over all coordinates is unbiased too: 6 deviations, probability 2e-9
    assertThat(Math.abs(errors)).isLessThan(6 * deviation / Math.sqrt(length));
  }

  @Test
  void coordinateThatNoDeviceMoved_doesNotMove() throws Exception {
    QuantizationParameters p =
        QuantizationParameters.forTraining(3, 8, 1e3f, RANGE, MAX_EXAMPLES, 8);
    float[][] deltas = {{0f, 0.1f, 0f}, {0f, -0.2f, 0f}, {0f, 0.05f, 0f}};

    MeanUpdate mean =
        new Dequantizer(p).dequantize(sum(p, deltas, new int[] {3, 50, 7}, new Random(1)));

    assertThat(mean.mean()[0]).isZero();
    assertThat(mean.mean()[2]).isZero();
  }

  @Test
  void weightsOfZero_haveNoMean() throws Exception {
    QuantizationParameters p = QuantizationParameters.forTraining(3, 8, 1f, RANGE, MAX_EXAMPLES, 8);
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    accumulator.add(PLAIN.masker(p, List.of()).mask(new QuantizedUpdate(p, new int[4])).source());
    AggregateSum weightless = PLAIN.unmasker(p, List.of(), 1).unmask(accumulator.sum());

    assertThatThrownBy(() -> new Dequantizer(p).dequantize(weightless))
        .isInstanceOf(WeightlessSumException.class)
        .hasMessageContaining("weight above 0");
  }

  @Test
  void sumOfOtherParameters_isRefused() throws Exception {
    QuantizationParameters p = QuantizationParameters.forTraining(1, 8, 1f, RANGE, MAX_EXAMPLES, 8);
    QuantizationParameters other =
        QuantizationParameters.forTraining(1, 8, 1f, RANGE * 2, MAX_EXAMPLES, 8);
    AggregateSum sum = sum(p, new float[][] {{0.1f}}, new int[] {1}, new Random(1));

    assertThatThrownBy(() -> new Dequantizer(other).dequantize(sum))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
