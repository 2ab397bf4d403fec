package dev.tributary.aggregation.runtime.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.SoftTargets;
import dev.tributary.aggregation.runtime.Specs;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DistillationLossTest {

  private static final ModelSpec SOFTMAX = Specs.mlp(3, 2, "relu", 5);
  private static final ModelSpec SIGMOID = Specs.logistic(3);

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }

  @Property(tries = 200)
  void gradient_isThatOfTheLoss_byFiniteDifferences(@ForAll long seed) {
    Random random = new Random(seed);
    ModelSpec spec = random.nextBoolean() ? SOFTMAX : SIGMOID;
    int outputs = spec.outputs();
    float temperature = 0.5f + 4 * random.nextFloat();
    DistillationLoss loss =
        new DistillationLoss(spec, new SoftTargets(random(random, 3 * outputs), temperature));
    float[] values = random(random, 2 * outputs);
    float[] gradient = new float[values.length];
    int offset = outputs;
    loss.of(values, offset, 1, 4, gradient);
    for (int j = 0; j < outputs; j++) {
      float kept = values[offset + j];
      float step = 1f / 64;
      values[offset + j] = kept + step;
      double above = loss.of(values, offset, 1, 4, new float[values.length]);
      float up = values[offset + j];
      values[offset + j] = kept - step;
      double below = loss.of(values, offset, 1, 4, new float[values.length]);
      double slope = (above - below) / ((double) up - values[offset + j]) / 4;
      values[offset + j] = kept;
      assertThat((double) gradient[offset + j]).isCloseTo(slope, within(2e-3));
    }
  }

  @Test
  void teacherItself_isAtNoDistance_withNoGradient() {
    for (ModelSpec spec : new ModelSpec[] {SOFTMAX, SIGMOID}) {
      float[] values = random(new Random(1), spec.outputs());
      float[] gradient = new float[spec.outputs()];
      DistillationLoss loss = new DistillationLoss(spec, new SoftTargets(values.clone(), 3));
      assertThat(loss.of(values, 0, 0, 1, gradient)).isZero();
      assertThat(gradient).containsOnly(0f);
    }
  }

  @Test
  void oneOutput_isTheSoftmaxOfTwo() {
    ModelSpec two = Specs.mlp(3, 2, "relu", 2);
    float[] one = {1.25f};
    float[] pair = {0f, 1.25f};
    float[] ofOne = new float[1];
    float[] ofPair = new float[2];
    double single =
        new DistillationLoss(SIGMOID, new SoftTargets(new float[] {-2f}, 2))
            .of(one, 0, 0, 1, ofOne);
    double softmax =
        new DistillationLoss(two, new SoftTargets(new float[] {0f, -2f}, 2))
            .of(pair, 0, 0, 1, ofPair);
    assertThat(single).isCloseTo(softmax, within(1e-12));
    assertThat(ofOne[0]).isCloseTo(ofPair[1], within(1e-6f));
  }

  @Test
  void extremeValues_giveFiniteLossAndGradient() {
    float[] values = {1e30f, -1e30f, 0, 5, -5};
    float[] gradient = new float[5];
    DistillationLoss loss =
        new DistillationLoss(SOFTMAX, new SoftTargets(new float[] {-1e4f, 1e4f, 0, 0, 0}, 1));
    assertThat(loss.of(values, 0, 0, 1, gradient)).isPositive().isFinite();
    assertThat(gradient).containsExactly(1f, -1f, 0f, 0f, 0f);
  }

  @Test
  void targetsThatAreNotFinite_andTemperaturesThatAreNotPositive_areRefused() {
    assertThatThrownBy(() -> new SoftTargets(new float[] {1, Float.NaN}, 1))
        .hasMessage("the teacher's output at index 1 is NaN; it is finite");
    for (float temperature : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new SoftTargets(new float[1], temperature))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("temperature");
    }
  }
}
