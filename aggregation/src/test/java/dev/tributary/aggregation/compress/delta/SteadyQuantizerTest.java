package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SteadyQuantizerTest {

  private static final ModelLayout ROW = ModelLayout.of(TensorSpec.of("w", 1, 3));

  private static ModelState row(float... weights) {
    return new ModelState(ROW, weights);
  }

  private static QuantizedTensor only(QuantizedModel model) {
    return model.quantized().get(0);
  }

  @Property(tries = 100)
  void everyWeight_isWithinTheHysteresisOfItsInteger_howeverManyVersionsCameBefore(
      @ForAll long seed, @ForAll @FloatRange(min = 0.5f, max = 0.95f) float hysteresis) {
    var random = new Random(seed);
    var quantizer = new SteadyQuantizer(hysteresis, 0.1f);
    ModelState model = Models.weights(Models.layout(random), random);
    QuantizedModel published = quantizer.first(model);
    for (int version = 0; version < 8; version++) {
      model = Models.moved(model, random, 0.02);
      published = quantizer.next(published, model);
      assertClose(published, model, hysteresis);
    }
  }

  private static void assertClose(QuantizedModel published, ModelState model, float hysteresis) {
    float[] restored = published.toModelState().values();
    int next = 0;
    for (int t = 0; t < model.layout().tensors().size(); t++) {
      TensorSpec tensor = model.layout().tensors().get(t);
      boolean quantized = QuantizedModel.isQuantized(tensor);
      float[] scales = quantized ? published.quantized().get(next++).scales() : new float[1];
      int columns = tensor.elementCount() / scales.length;
      for (int i = 0; i < tensor.elementCount(); i++) {
        int at = model.layout().offset(t) + i;
        float most = quantized ? scales[i / columns] * hysteresis * 1.0001f : 0;
        assertThat(Math.abs(restored[at] - model.values()[at])).isLessThanOrEqualTo(most);
      }
    }
  }

  @Test
  void aScaleThatFits_isKept() {
    var quantizer = new SteadyQuantizer(0.5f, 0.1f);
    QuantizedModel first = quantizer.first(row(1, 0.5f, -1));
    QuantizedModel next = quantizer.next(first, row(0.8f, 0.5f, -1.09f));

    assertThat(only(next).scales()).isEqualTo(only(first).scales());
  }

  @ParameterizedTest
  @CsvSource({"1.2", "0.3"})
  void aScaleThatIsTooSmallOrTooCoarse_isNotKept(float largest) {
    var quantizer = new SteadyQuantizer(0.5f, 0.1f);
    QuantizedModel first = quantizer.first(row(1, 0.5f, -1));
    QuantizedModel next = quantizer.next(first, row(largest, 0.1f, 0));

    assertThat(only(next).scales()[0]).isEqualTo(largest / 127 * 1.1f, within(1e-6f));
    assertThat(only(next).values()[0]).isEqualTo((byte) 115);
  }

  private static Offset<Float> within(float offset) {
    return Offset.offset(offset);
  }

  @Test
  void withHysteresis_aWeightNearTheMiddleBetweenIntegers_staysWhereItWas() {
    QuantizedModel first = new SteadyQuantizer(0.5f, 0).first(row(127, 10.4f, -20));
    ModelState trembling = row(127, 10.6f, -20);

    assertThat(only(new SteadyQuantizer(0.75f, 0).next(first, trembling)).values()[1])
        .isEqualTo((byte) 10);
    assertThat(only(new SteadyQuantizer(0.5f, 0).next(first, trembling)).values()[1])
        .isEqualTo((byte) 11);
    assertThat(only(new SteadyQuantizer(0.75f, 0).next(first, row(127, 10.8f, -20))).values()[1])
        .isEqualTo((byte) 11);
  }

  @Test
  void aRowOfZeros_hasScaleZero_andMayWakeUp() {
    QuantizedModel first = SteadyQuantizer.DEFAULT.first(row(0, 0, 0));
    QuantizedModel next = SteadyQuantizer.DEFAULT.next(first, row(0, 1e-3f, 0));

    assertThat(only(first).scales()).containsExactly(0f);
    assertThat(only(first).values()).containsOnly(0);
    assertThat(only(next).values()[1]).isEqualTo((byte) 115);
    assertThat(only(SteadyQuantizer.DEFAULT.next(next, row(0, 0, 0))).values()).containsOnly(0);
  }

  @Test
  void theSmallestAndTheLargestWeights_areQuantised() {
    for (float weight : new float[] {Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE}) {
      QuantizedTensor tensor = only(SteadyQuantizer.DEFAULT.first(row(weight, 0, -weight)));

      assertThat(tensor.scales()[0]).isPositive().isFinite();
      assertThat((int) tensor.values()[2]).isEqualTo(-tensor.values()[0]);
    }
  }

  @Test
  void weightsThatAreNotFinite_areRefused() {
    assertThatThrownBy(() -> SteadyQuantizer.DEFAULT.first(row(0, Float.NaN, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected finite weights, got NaN");
  }

  @ParameterizedTest
  @CsvSource({"0.49,0", "1,0", "NaN,0", "0.5,-0.1", "0.5,1.1"})
  void impossibleSettings_areRefused(float hysteresis, float room) {
    assertThatThrownBy(() -> new SteadyQuantizer(hysteresis, room))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
