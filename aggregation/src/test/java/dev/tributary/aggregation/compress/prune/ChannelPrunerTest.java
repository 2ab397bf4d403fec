package dev.tributary.aggregation.compress.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.compress.Models;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.Recurrent;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Odd channels matter more, in every group of a layer. */
  private static final ChannelImportance ODD_FIRST =
      (model, layer) -> {
        List<ChannelGroup> groups = ChannelGroup.of(model.spec(), layer);
        int channels = groups.get(0).channels();
        return IntStream.range(0, groups.size() * channels)
            .mapToDouble(i -> i % channels % 2)
            .toArray();
      };

  private static float[] predict(SpecifiedModel model, Examples examples) {
    try (LocalModel local = ModelRuntimes.forSpec(model.spec(), "pytorch").open(model.spec())) {
      return local.predict(model.weights(), examples);
    }
  }

  /** Sets what goes into every other channel to zero. */
  private static void onlyOddMatter(float[] weights, ModelSpec spec) {
    for (int layer : ChannelPruner.prunableLayers(spec)) {
      for (ChannelGroup group : ChannelGroup.of(spec, layer)) {
        for (int channel = 0; channel < group.channels(); channel += 2) {
          group.into(channel).forEach(i -> weights[i] = 0f);
        }
      }
    }
  }

  @Test
  @Tag("pytorch")
  void channelsOfZeros_leftOut_changeNothing() {
    float[] weights = Models.initial(RECTIFIED, 1).state().copyOfValues();
    onlyOddMatter(weights, RECTIFIED);
    SpecifiedModel model = SpecifiedModel.of(RECTIFIED, weights);
    Examples examples = Models.examples(RECTIFIED, 40, 2);

    SpecifiedModel pruned = new ChannelPruner(Map.of(0, 2, 3, 3, 7, 6)).prune(model, ODD_FIRST);

    assertThat(pruned.spec().layers().get(0)).isEqualTo(new Conv2d(2, 3, 1, 1));
    assertThat(pruned.spec().layers().get(3)).isEqualTo(new Conv2d(3, 3, 1, 0));
    assertThat(pruned.spec().layers().get(7)).isEqualTo(new Linear(6));
    assertSame(model, pruned, examples);
  }

  private static void assertSame(SpecifiedModel model, SpecifiedModel pruned, Examples examples) {
    float[] expected = predict(model, examples);
    float[] actual = predict(pruned, examples);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  /** Read at its last step, and at every step through a flatten. */
  private static ModelSpec recurrent(String cell, String reading) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[7],"layers":[
         {"type":"embedding","vocabulary":11,"size":5},{"type":"%s","hidden":7,"layers":3},
         {"type":"tanh"},{"type":"%s"},{"type":"linear","units":4}],
         "loss":"softmax-cross-entropy","classes":4}"""
            .formatted(cell, reading));
  }

  @ParameterizedTest
  @CsvSource({"lstm,last-step", "lstm,flatten", "gru,last-step", "gru,flatten"})
  @Tag("pytorch")
  void recurrentUnitsThatNothingGoesInto_leftOutInEveryLevel_changeNothing(
      String cell, String reading) {
    ModelSpec spec = recurrent(cell, reading);
    float[] weights = Models.initial(spec, 1).state().copyOfValues();
    onlyOddMatter(weights, spec);
    SpecifiedModel model = SpecifiedModel.of(spec, weights);

    SpecifiedModel pruned = new ChannelPruner(Map.of(1, 3)).prune(model, ODD_FIRST);

    assertThat(pruned.spec().layers().get(1).settings()).containsEntry("hidden", 3);
    assertSame(model, pruned, Models.examples(spec, 40, 2));
  }

  /** Each level its own units, of which the level below, the level itself or both read. */
  @ParameterizedTest
  @CsvSource({"lstm,last-step", "lstm,flatten", "gru,last-step", "gru,flatten"})
  @Tag("pytorch")
  void recurrentUnitsThatNothingReads_leftOut_changeNothing(String cell, String reading) {
    ModelSpec spec = recurrent(cell, reading);
    int[][] unread = {{0, 5}, {2, 3}, {1, 6}};
    float[] weights = Models.initial(spec, 3).state().copyOfValues();
    int gates = cell.equals("lstm") ? 4 : 3;
    int steps = reading.equals("flatten") ? 7 : 1;
    for (int level = 0; level < 3; level++) {
      for (int unit : unread[level]) {
        clearColumns(weights, spec, "1.weight_hh_l" + level, gates * 7, unit);
        if (level < 2) {
          clearColumns(weights, spec, "1.weight_ih_l" + (level + 1), gates * 7, unit);
        } else {
          clearColumns(weights, spec, "4.weight", 4 * steps, unit);
        }
      }
    }
    SpecifiedModel model = SpecifiedModel.of(spec, weights);

    SpecifiedModel pruned = new ChannelPruner(Map.of(1, 5)).prune(model, new WeightNorms());

    assertThat(pruned.spec().layers().get(1).settings()).containsEntry("hidden", 5);
    assertSame(model, pruned, Models.examples(spec, 40, 4));
  }

  /** One column of a matrix of rows of seven. */
  private static void clearColumns(
      float[] weights, ModelSpec spec, String tensor, int rows, int column) {
    assertThat(spec.layout().tensor(tensor).elementCount()).isEqualTo(rows * 7);
    int offset = spec.layout().offset(tensor);
    for (int row = 0; row < rows; row++) {
      weights[offset + row * 7 + column] = 0f;
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
  void recurrentLayerAndTheLinearOneBehindIt_canBothBePruned_theEmbeddingCannot() {
    ModelSpec spec = Models.recurrent("lstm");
    SpecifiedModel model = Models.initial(spec, 1);

    assertThat(ChannelPruner.prunableLayers(spec)).containsExactly(1, 3);
    assertThat(ChannelPruner.channels(spec, 1)).isEqualTo(6);
    assertThat(
            new ChannelPruner(Map.of(1, 2, 3, 4)).prune(model, new WeightNorms()).spec().layers())
        .contains(new Recurrent(Recurrent.Cell.LSTM, 2, 2), new Linear(4));
    refused(model, Map.of(1, 7), "layers[1] (lstm): expected to keep 1 to 6 channels, got 7");
    refused(
        model,
        Map.of(0, 3),
        "layers[0] (embedding): only channels of conv2d and units of linear, lstm and gru can be");
  }

  @Test
  void recurrentLayerThatGivesWhatTheModelGives_isRefused() {
    ModelSpec spec =
        ModelSpec.fromJson(
            """
            {"format":"tributary-model/1","input":[7],"layers":[
             {"type":"embedding","vocabulary":11,"size":5},{"type":"gru","hidden":4,"layers":2},
             {"type":"last-step"}],
             "loss":"softmax-cross-entropy","classes":4}""");
    assertThat(ChannelPruner.prunableLayers(spec)).isEmpty();
    refused(
        Models.initial(spec, 1), Map.of(1, 2), "layers[1] (gru): its channels are what the model");
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

  @Test
  void importanceOfAnotherLength_isRefused_namingTheLayer() {
    SpecifiedModel convolutional = Models.initial(RECTIFIED, 1);
    SpecifiedModel twoLevels = Models.initial(Models.recurrent("lstm"), 1);
    refused(convolutional, 3, 6, "importance of layers[3] (conv2d): expected 7 values, one for");
    refused(convolutional, 3, 8, "got 8");
    refused(convolutional, 3, 14, "got 14");
    refused(twoLevels, 1, 6, "importance of layers[1] (lstm): expected 12 values, one for each");
  }

  private static void refused(SpecifiedModel model, int layer, int values, String message) {
    ChannelImportance given = (of, asked) -> new double[values];
    assertThatThrownBy(() -> new ChannelPruner(Map.of(layer, 2)).prune(model, given))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessageContaining(message);
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

  @Test
  @Tag("pytorch")
  void taylorImportanceOfRecurrentUnits_countsTheRowsOfAllGates_levelByLevel() {
    ModelSpec spec = Models.recurrent("lstm");
    SpecifiedModel model = Models.initial(spec, 7);
    Examples examples = Models.examples(spec, 8, 8);
    try (LocalModel local = ModelRuntimes.forSpec(spec, "pytorch").open(spec)) {
      double[] importance = new TaylorImportance(local, examples, 8).ofChannels(model, 1);
      assertThat(importance).hasSize(12);
      double t = 5e-2;
      for (int i : new int[] {0, 4, 6, 11}) {
        double slope =
            (loss(local, scaledUnit(model, i / 6, i % 6, 1 + t), examples)
                    - loss(local, scaledUnit(model, i / 6, i % 6, 1 - t), examples))
                / (2 * t);
        assertThat(importance[i])
            .as("level %d, unit %d", i / 6, i % 6)
            .isCloseTo(slope * slope, within(1e-9 + 0.05 * slope * slope));
      }
    }
  }

  private static float[] scaledUnit(SpecifiedModel model, int level, int unit, double factor) {
    float[] weights = model.state().copyOfValues();
    ModelLayout layout = model.spec().layout();
    for (String tensor : List.of("weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l")) {
      int offset = layout.offset("1." + tensor + level);
      int length = layout.tensor("1." + tensor + level).elementCount() / 24;
      for (int gate = 0; gate < 4; gate++) {
        int row = offset + (gate * 6 + unit) * length;
        for (int i = row; i < row + length; i++) {
          weights[i] = (float) (weights[i] * factor);
        }
      }
    }
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
