package dev.tributary.aggregation.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.model.ModelSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Training towards soft targets, in both runtimes. */
class DistillingRuntimesTest {

  private static final TrainingParameters ONE_STEP = new TrainingParameters(1, 64, 1f, 0f);
  private static final float TEMPERATURE = 2.5f;

  private static LocalModel open(ModelSpec spec, String runtime) {
    return ModelRuntimes.forSpec(spec, runtime).open(spec);
  }

  private static SoftTargets targets(ModelSpec spec, Examples examples) {
    try (LocalModel teacher = open(spec, "auto")) {
      float[] outputs = teacher.predict(InitialWeights.of(spec, 77), examples);
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] *= 6;
      }
      return new SoftTargets(outputs, TEMPERATURE);
    }
  }

  /** T^2 KL(softmax(t / T) || softmax(z / T)), averaged, from the definition. */
  private static double divergence(float[] values, float[] teacher, int outputs) {
    double sum = 0;
    int rows = values.length / outputs;
    for (int row = 0; row < rows; row++) {
      double p = 0;
      double q = 0;
      for (int j = row * outputs; j < (row + 1) * outputs; j++) {
        p += Math.exp(teacher[j] / TEMPERATURE);
        q += Math.exp(values[j] / TEMPERATURE);
      }
      for (int j = row * outputs; j < (row + 1) * outputs; j++) {
        double pj = Math.exp(teacher[j] / TEMPERATURE) / p;
        double qj = Math.exp(values[j] / TEMPERATURE) / q;
        sum += TEMPERATURE * TEMPERATURE * pj * Math.log(pj / qj);
      }
    }
    return sum / rows;
  }

  private static void gradientIsThatOfTheDivergence(ModelSpec spec, String runtime) {
    Examples examples = Specs.noise(32, spec.input().elements(), spec.classes(), 1);
    SoftTargets targets = targets(spec, examples);
    float[] start = InitialWeights.of(spec, 3);
    try (LocalModel local = open(spec, runtime)) {
      float[] moved = start.clone();
      TrainingOutcome outcome = local.distill(moved, examples, targets, ONE_STEP, 1);
      double expected =
          divergence(local.predict(start, examples), targets.outputs(), spec.outputs());
      assertThat(outcome.meanLoss()).isCloseTo(expected, within(1e-5));
      for (int i = 0; i < start.length; i += 1 + start.length / 60) {
        float[] probe = start.clone();
        float step = 1e-2f;
        probe[i] = start[i] + step;
        double above =
            divergence(local.predict(probe, examples), targets.outputs(), spec.outputs());
        double up = probe[i];
        probe[i] = start[i] - step;
        double below =
            divergence(local.predict(probe, examples), targets.outputs(), spec.outputs());
        double slope = (above - below) / (up - probe[i]);
        assertThat((double) start[i] - moved[i]).as("weight %d", i).isCloseTo(slope, within(2e-3));
      }
    }
  }

  @Test
  void java_movesAgainstTheGradientOfTheDivergence() {
    gradientIsThatOfTheDivergence(Specs.mlp(9, 8, "tanh", 4), "java");
  }

  @Test
  @Tag("pytorch")
  void pytorch_movesAgainstTheGradientOfTheDivergence() {
    gradientIsThatOfTheDivergence(Specs.mlp(9, 8, "tanh", 4), "pytorch");
    gradientIsThatOfTheDivergence(
        ModelSpec.fromJson(
            """
            {"format":"tributary-model/1","input":[1,6,6],"layers":[{"type":"conv2d","filters":3,"kernel":3},
             {"type":"tanh"},{"type":"flatten"},{"type":"linear","units":4}],
             "loss":"softmax-cross-entropy","classes":4}"""),
        "pytorch");
  }

  @Test
  @Tag("pytorch")
  void bothRuntimes_learnTheSame() {
    ModelSpec spec = Specs.mlp(9, 8, "relu", 4);
    Examples examples = Specs.noise(50, 9, 4, 1);
    SoftTargets targets = targets(spec, examples);
    TrainingParameters plan = new TrainingParameters(3, 8, 0.1f, 0.5f);
    float[] inJava = InitialWeights.of(spec, 5);
    float[] inPyTorch = inJava.clone();
    try (LocalModel java = open(spec, "java");
        LocalModel pytorch = open(spec, "pytorch")) {
      java.distill(inJava, examples, targets, plan, 9);
      pytorch.distill(inPyTorch, examples, targets, plan, 9);
    }
    for (int i = 0; i < inJava.length; i++) {
      assertThat(inPyTorch[i]).isCloseTo(inJava[i], within(1e-4f));
    }
  }

  @Test
  void labels_doNotMatter_andTargetsMustBeAsManyAsOutputs() {
    ModelSpec spec = Specs.mlp(9, 8, "relu", 4);
    Examples examples = Specs.noise(10, 9, 100, 1);
    SoftTargets targets = targets(spec, examples);
    float[] weights = InitialWeights.of(spec, 5);
    try (LocalModel local = open(spec, "java")) {
      assertThat(local.distill(weights, examples, targets, ONE_STEP, 1).steps()).isEqualTo(1);
      assertThatThrownBy(
              () ->
                  local.distill(weights, examples, new SoftTargets(new float[39], 1), ONE_STEP, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("need 40 soft targets, but there are 39");
    }
  }
}
