package dev.tributary.aggregation.compress.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.Models;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class MagnitudePrunerTest {

  private static final ModelSpec SPEC = Models.perceptron();
  private static final int[] WEIGHT_LENGTHS = {33 * 19, 9 * 33, 3 * 9};

  @Property(tries = 50)
  void anyShare_takesTheSmallestOfEachWeight_andNoBias(
      @ForAll @DoubleRange(max = 0.99) double share, @ForAll long seed) {
    SpecifiedModel model = Models.initial(SPEC, seed);
    SpecifiedModel pruned = new MagnitudePruner(share).mask(model).apply(model);
    for (int layer = 0; layer < 3; layer++) {
      int offset = SPEC.layout().offset(2 * layer + ".weight");
      int zeros = 0;
      float largestGone = 0;
      float smallestKept = Float.MAX_VALUE;
      for (int i = offset; i < offset + WEIGHT_LENGTHS[layer]; i++) {
        float before = Math.abs(model.weights()[i]);
        if (pruned.weights()[i] == 0) {
          zeros++;
          largestGone = Math.max(largestGone, before);
        } else {
          assertThat(pruned.weights()[i]).isEqualTo(model.weights()[i]);
          smallestKept = Math.min(smallestKept, before);
        }
      }
      assertThat(zeros).isEqualTo((int) (share * WEIGHT_LENGTHS[layer]));
      assertThat(largestGone).isLessThanOrEqualTo(smallestKept);
      int bias = SPEC.layout().offset(2 * layer + ".bias");
      assertThat(pruned.weights()[bias]).isEqualTo(model.weights()[bias]);
    }
  }

  @Test
  void equalMagnitudes_loseExactlyTheShare() {
    float[] weights = new float[SPEC.layout().dimension()];
    Arrays.fill(weights, -0.25f);
    assertThat(new MagnitudePruner(0.5).mask(SpecifiedModel.of(SPEC, weights)).prunedCount())
        .isEqualTo(33 * 19 / 2 + 9 * 33 / 2 + 3 * 9 / 2);
  }

  @Test
  void tunedNetwork_keepsItsZeros_andLearns() {
    SpecifiedModel model = Models.initial(SPEC, 1);
    PruningMask mask = new MagnitudePruner(0.8).mask(model);
    Examples examples = Models.examples(SPEC, 60, 2);
    float[] weights = model.state().copyOfValues();
    try (LocalModel local = ModelRuntimes.forSpec(SPEC, "java").open(SPEC)) {
      double before = local.evaluate(mask.apply(model).weights(), examples).meanLoss();
      new MaskedTuner(local, 3)
          .tune(weights, mask, examples, new TrainingParameters(30, 5, 0.1f, 0), 1);
      assertThat(local.evaluate(weights, examples).meanLoss()).isLessThan(before);
    }
    assertThat(mask.apply(SpecifiedModel.of(SPEC, weights)).weights()).isEqualTo(weights);
  }

  @Test
  void sharesOutsideTheirRange_areRefused() {
    for (double share : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new MagnitudePruner(share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[0, 1)");
    }
  }
}
