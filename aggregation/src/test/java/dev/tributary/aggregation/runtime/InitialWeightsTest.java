package dev.tributary.aggregation.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.model.ModelSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {

  @Test
  void aSeed_givesTheseBitsForEver() {
    assertThat(InitialWeights.of(Specs.logistic(4), 1))
        .containsExactly(-0.49417597f, 0.35114312f, -0.33695883f, -0.45091245f, 0.3833108f);
  }

  @Test
  void linearLayers_areUniformWithinOneOverRootOfFanIn() {
    ModelSpec spec = Specs.mlp(400, 300, "relu", 10);
    float[] weights = InitialWeights.of(spec, 7);
    float[] first = Arrays.copyOf(weights, 400 * 300);
    double bound = 1 / Math.sqrt(400);
    assertUniform(first, bound);
    float[] last = Arrays.copyOfRange(weights, weights.length - 10 * 300 - 10, weights.length);
    assertThat(last).satisfies(values -> assertWithin(values, 1 / Math.sqrt(300)));
  }

  @Test
  void convolutions_areUniformWithinOneOverRootOfTheirWindow() {
    float[] weights = InitialWeights.of(Specs.fedAvgCnn(), 7);
    assertWithin(Arrays.copyOf(weights, 32 * 25 + 32), 1 / Math.sqrt(25));
    assertUniform(Arrays.copyOfRange(weights, 832, 832 + 51_200), 1 / Math.sqrt(32 * 25));
  }

  @Test
  void embeddingsAreNormal_andRecurrentLayersUniformWithinOneOverRootOfHidden() {
    ModelSpec spec =
        ModelSpec.fromJson(
            """
            {"format":"tributary-model/1","input":[4],"layers":[{"type":"embedding","vocabulary":1000,"size":64},
             {"type":"gru","hidden":100},{"type":"last-step"},{"type":"linear","units":2}],
             "loss":"softmax-cross-entropy","classes":2}""");
    float[] weights = InitialWeights.of(spec, 3);
    float[] table = Arrays.copyOf(weights, 64_000);
    assertThat(mean(table))
        .isCloseTo(0, within(5 / Math.sqrt(64_000))); // fails once in 1.7 million seeds
    assertThat(variance(table)).isCloseTo(1, within(5 * Math.sqrt(2 / 64_000.0)));
    assertUniform(Arrays.copyOfRange(weights, 64_000, 64_000 + 300 * 164), 0.1);
  }

  @Test
  void anotherSeed_givesOtherWeights() {
    ModelSpec spec = Specs.mlp(10, 10, "relu", 2);
    assertThat(InitialWeights.of(spec, 1)).isNotEqualTo(InitialWeights.of(spec, 2));
    assertThat(InitialWeights.of(spec, 1)).isEqualTo(InitialWeights.of(spec, 1));
  }

  /**
   * Mean and variance within five standard errors: each fails by chance once in 1.7 million seeds,
   * and ours is fixed.
   */
  private static void assertUniform(float[] values, double bound) {
    assertWithin(values, bound);
    assertThat(mean(values)).isCloseTo(0, within(5 * bound / Math.sqrt(3.0 * values.length)));
    double variance = bound * bound / 3;
    assertThat(variance(values))
        .isCloseTo(variance, within(5 * variance * Math.sqrt(0.8 / values.length)));
  }

  private static void assertWithin(float[] values, double bound) {
    for (float value : values) {
      assertThat(Math.abs((double) value)).isLessThanOrEqualTo(bound * (1 + 1e-7));
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(float[] values) {
    double mean = mean(values);
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / values.length;
  }
}
