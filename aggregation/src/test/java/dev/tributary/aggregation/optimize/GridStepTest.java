package dev.tributary.aggregation.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.quantize.Clipper;
import dev.tributary.aggregation.quantize.LocalUpdate;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.Quantizer;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridStepTest {

  private static final RoundProtocol PLAIN = RoundProtocol.of(ProtocolKind.PLAIN);

  private static AggregateSum sum(QuantizationParameters p, int devices, Random random)
      throws IOException {
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    for (int device = 0; device < devices; device++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      float[] delta = new float[p.parameters()];
      for (int i = 0; i < delta.length; i++) {
        delta[i] = (float) (0.05 * random.nextGaussian());
      }
      var update = new LocalUpdate(delta, 1 + random.nextInt(50));
      var quantized = new Quantizer(p).quantize(new Clipper(p).clip(update), seed);
      accumulator.add(PLAIN.masker(p, List.of()).mask(quantized).source());
    }
    return PLAIN.unmasker(p, List.of(), 1).unmask(accumulator.sum());
  }

  /** The whole numbers of the sum, through the grid step, are the server's next model. */
  @Property(tries = 100)
  void wholeSteps_leadWhereTheServerGoes_toTheLastBit(
      @ForAll boolean sixteen,
      @ForAll @IntRange(min = 1, max = 12) int devices,
      @ForAll boolean half,
      @ForAll long seed)
      throws Exception {
    var random = new Random(seed);
    int length = 300;
    QuantizationParameters p =
        QuantizationParameters.forTraining(length, sixteen ? 16 : 8, 1e3f, 0.25f, 50, 12);
    float[] weights = new float[length];
    for (int i = 0; i < length; i++) {
      weights[i] = (float) (0.1 * random.nextGaussian());
    }
    var model = new ModelState(ModelLayout.of(TensorSpec.of("w", length)), weights);
    AggregateSum sum = sum(p, devices, random);
    var dequantizer = new Dequantizer(p);
    MeanUpdate mean = dequantizer.dequantize(sum);
    var optimizer = new FedAvg(half ? 0.3f : 1f, 0);
    ModelState next = optimizer.step(model, mean, OptimizerState.empty()).model();

    double factor = dequantizer.factor(mean.totalWeight());
    GridStep step = optimizer.gridStep(factor, OptimizerState.empty()).orElseThrow();
    long zero = devices * p.centre();
    for (int i = 0; i < length; i++) {
      float moved = step.moved(weights[i], (int) (sum.at(i) - zero));
      assertThat(Float.floatToRawIntBits(moved))
          .isEqualTo(Float.floatToRawIntBits(next.values()[i]));
    }
  }

  @Test
  void withMomentum_onlyTheFirstStepIsOneOfWholeNumbers() {
    var optimizer = new FedAvg(1f, 0.9f);
    var velocity = new OptimizerState(new float[] {1f});

    assertThat(optimizer.gridStep(1e-6, OptimizerState.empty())).isPresent();
    assertThat(optimizer.gridStep(1e-6, velocity)).isEmpty();
    assertThat(new FedAvg(1f, 0).gridStep(1e-6, velocity)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"0,1", "-1,1", "NaN,1", "Infinity,1", "1,0", "1,NaN", "1,Infinity"})
  void impossibleSteps_areRefused(double factor, float learningRate) {
    assertThatThrownBy(() -> new GridStep(factor, learningRate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grid step");
  }
}
