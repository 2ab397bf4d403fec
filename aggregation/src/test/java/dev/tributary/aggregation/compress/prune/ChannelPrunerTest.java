package dev.tributary.aggregation.compress.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.compress.Models;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChannelPrunerTest {

  /** Rectifiers only: a channel of zeros leaves zeros. */
  private static final ModelSpec RECTIFIED =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[2,9,11],"layers":[
           {"type":"conv2d","filters":5,"kernel":3,"padding":1},{"type":"relu"},{"type":"maxpool2d","kernel":2},
           {"type":"conv2d","filters":7,"kernel":3,"stride":1},{"type":"relu"},
           {"type":"flatten"},{"type":"flatten"},{"type":"linear","units":13},{"type":"relu"},
           {"type":"linear","units":4}],
           "loss":"softmax-cross-entropy","classes":4}""");

  private static float[] predict(SpecifiedModel model, Examples examples) {
    try (LocalModel local = ModelRuntimes.forSpec(model.spec(), "pytorch").open(model.spec())) {
      return local.predict(model.weights(), examples);
    }
  }

  /** Sets what goes into every channel but some to zero, and gives those channels importance. */
  private static ChannelImportance onlyOddMatter(float[] weights, ModelSpec spec) {
    for (int layer : ChannelPruner.prunableLayers(spec)) {
      WeightBlocks blocks = WeightBlocks.of(spec, layer);
      for (int row = 0; row < blocks.rows(); row += 2) {
        int length = blocks.blocks() * blocks.blockLength();
        Arrays.fill(weights, blocks.offset(row, 0), blocks.offset(row, 0) + length, 0f);
        weights[blocks.bias(row)] = 0f;
      }
    }
    return (model, layer) ->
        IntStream.range(0, WeightBlocks.of(model.spec(), layer).rows())
            .mapToDouble(channel -> channel % 2)
            .toArray();
  }

  @Test
  @Tag("pytorch")
  void channelsOfZeros_leftOut_changeNothing() {
    float[] weights = Models.initial(RECTIFIED, 1).state().copyOfValues();
    ChannelImportance importance = onlyOddMatter(weights, RECTIFIED);
    SpecifiedModel model = SpecifiedModel.of(RECTIFIED, weights);
    Examples examples = Models.examples(RECTIFIED, 40, 2);

    SpecifiedModel pruned = new ChannelPruner(Map.of(0, 2, 3, 3, 7, 6)).prune(model, importance);

    assertThat(pruned.spec().layers().get(0)).isEqualTo(new Conv2d(2, 3, 1, 1));
    assertThat(pruned.spec().layers().get(3)).isEqualTo(new Conv2d(3, 3, 1, 0));
    assertThat(pruned.spec().layers().get(7)).isEqualTo(new Linear(6));
    float[] expected = predict(model, examples);
    float[] actual = predict(pruned, examples);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void perceptron_loneOfItsLayers_isPrunedInPureJava() {
    ModelSpec spec = Models.perceptron();
    float[] weights = Models.initial(spec, 4).state().copyOfValues();
    for (int i = 0; i < 19; i++) {
      weights[5 * 19 + i] = 0f;
    }
    weights[spec.layout().offset("0.bias") + 5] = 0f;
    SpecifiedModel model = SpecifiedModel.of(spec, weights);

    SpecifiedModel pruned = new ChannelPruner(Map.of(0, 32)).prune(model, new WeightNorms());

    Examples examples = Models.examples(spec, 20, 5);
    try (LocalModel larger = ModelRuntimes.forSpec(spec, "java").open(spec);
        LocalModel smaller = ModelRuntimes.forSpec(spec, "java").open(pruned.spec())) {
      float[] expected = larger.predict(model.weights(), examples);
      float[] actual = smaller.predict(pruned.weights(), examples);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void linearLayerBehindARecurrentOne_canBePruned_theRecurrentOneCannot() {
    ModelSpec spec = Models.recurrent("lstm");
    SpecifiedModel model = Models.initial(spec, 1);

    assertThat(ChannelPruner.prunableLayers(spec)).containsExactly(3);
    assertThat(new ChannelPruner(Map.of(3, 4)).prune(model, new WeightNorms()).spec().layers())
        .contains(new Linear(4));
    assertThatThrownBy(() -> new ChannelPruner(Map.of(1, 3)).prune(model, new WeightNorms()))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessage("layers[1] (lstm): only channels of conv2d and units of linear can be pruned");
  }

  @Test
  void whatCannotBePruned_isRefusedByName() {
    SpecifiedModel model = Models.initial(RECTIFIED, 1);
    refused(model, Map.of(9, 2), "layers[9] (linear): its channels are what the model gives");
    refused(model, Map.of(0, 0), "layers[0] (conv2d): expected to keep 1 to 5 channels, got 0");
    refused(model, Map.of(0, 6), "layers[0] (conv2d): expected to keep 1 to 5 channels, got 6");
    refused(model, Map.of(1, 2), "layers[1] (relu): only channels of conv2d and units");
    refused(model, Map.of(10, 2), "layers[10]: the model has 10 layers");
  }

  private static void refused(SpecifiedModel model, Map<Integer, Integer> keep, String message) {
    assertThatThrownBy(() -> new ChannelPruner(keep).prune(model, new WeightNorms()))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void taylorImportance_isTheSquareOfWeightTimesGradient() {
    ModelSpec spec = Models.perceptron();
    SpecifiedModel model = Models.initial(spec, 7);
    Examples examples = Models.examples(spec, 8, 8);
    try (LocalModel local = ModelRuntimes.forSpec(spec, "java").open(spec)) {
      double[] importance = new TaylorImportance(local, examples, 8).ofChannels(model, 0);
      for (int channel : new int[] {0, 6, 32}) {
        // The loss along w -> (1 + t) w of what goes into the channel has the slope sum w g at t =
        // 0.
        double t = 1e-2;
        double slope =
            (loss(local, scaled(model, channel, 1 + t), examples)
                    - loss(local, scaled(model, channel, 1 - t), examples))
                / (2 * t);
        assertThat(importance[channel])
            .isCloseTo(slope * slope, within(1e-6 + 0.05 * slope * slope));
      }
    }
  }

  private static float[] scaled(SpecifiedModel model, int channel, double factor) {
    float[] weights = model.state().copyOfValues();
    for (int i = channel * 19; i < (channel + 1) * 19; i++) {
      weights[i] = (float) (weights[i] * factor);
    }
    int bias = model.spec().layout().offset("0.bias") + channel;
    weights[bias] = (float) (weights[bias] * factor);
    return weights;
  }

  private static double loss(LocalModel local, float[] weights, Examples examples) {
    return local.evaluate(weights, examples).meanLoss();
  }

  @Test
  void prunedNetwork_isAnOrdinaryModel_andTrainsFurther() {
    ModelSpec spec = Models.perceptron();
    SpecifiedModel pruned =
        new ChannelPruner(Map.of(0, 8, 2, 4)).prune(Models.initial(spec, 1), new WeightNorms());
    Examples examples = Models.examples(spec, 60, 3);
    float[] weights = pruned.state().copyOfValues();
    try (LocalModel local = ModelRuntimes.forSpec(pruned.spec(), "java").open(pruned.spec())) {
      double before = local.evaluate(weights, examples).meanLoss();
      local.train(weights, examples, new TrainingParameters(20, 10, 0.1f, 0), 1);
      assertThat(local.evaluate(weights, examples).meanLoss()).isLessThan(before);
    }
  }
}
