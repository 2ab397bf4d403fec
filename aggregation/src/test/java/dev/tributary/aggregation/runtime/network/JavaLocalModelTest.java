package dev.tributary.aggregation.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.InterruptedTraining;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.Specs;
import dev.tributary.aggregation.runtime.TrainingOutcome;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.aggregation.runtime.step.LossGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JavaLocalModelTest {

  static Stream<ModelSpec> specs() {
    return Stream.concat(usualSpecs(), consecutiveActivations());
  }

  private static Stream<ModelSpec> usualSpecs() {
    return Stream.of(
        Specs.mlp(7, 5, "relu", 3),
        Specs.mlp(50, 37, "tanh", 4),
        Specs.mlp(33, 64, "sigmoid", 10),
        Specs.logistic(13),
        ModelSpec.fromJson(
            """
            {"format":"tributary-model/1","input":[3,4],"layers":[{"type":"flatten"},{"type":"linear","units":9},
             {"type":"tanh"},{"type":"linear","units":34},{"type":"relu"},{"type":"linear","units":2}],
             "loss":"softmax-cross-entropy","classes":2}\
            """));
  }

  /** Every activation after every other, next to each other and with a flatten in between. */
  private static Stream<ModelSpec> consecutiveActivations() {
    List<String> functions = List.of("relu", "tanh", "sigmoid");
    List<ModelSpec> specs = new ArrayList<>();
    for (String one : functions) {
      for (String other : functions) {
        specs.add(between(one, other));
        specs.add(between(one, "flatten", other, one));
      }
    }
    return specs.stream();
  }

  private static ModelSpec between(String... layers) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[7],
         "layers":[{"type":"linear","units":6},{"type":"%s"},{"type":"linear","units":3}],
         "loss":"softmax-cross-entropy","classes":3}\
        """
            .formatted(String.join("\"},{\"type\":\"", layers)));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void theTextbookNetwork_hasTheGradientOfItsLoss(ModelSpec spec) {
    Examples examples = Specs.noise(3, spec.input().elements(), spec.classes(), 1);
    double[] weights = asDoubles(InitialWeights.of(spec, 2));
    DoubleNetwork network = new DoubleNetwork(spec);
    for (int row = 0; row < 3; row++) {
      double[] gradient = network.gradient(weights, examples, row);
      for (int i = 0; i < weights.length; i += 1 + weights.length / 200) {
        double kept = weights[i];
        double step = 1e-6;
        weights[i] = kept + step;
        double above = network.loss(weights, examples, row);
        weights[i] = kept - step;
        double below = network.loss(weights, examples, row);
        weights[i] = kept;
        assertThat(gradient[i]).isCloseTo((above - below) / (2 * step), within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void training_followsTheTextbookNetwork(ModelSpec spec) {
    for (float momentum : new float[] {0f, 0.9f}) {
      for (int batch : new int[] {1, 10, 23, 64}) {
        Examples examples = Specs.noise(57, spec.input().elements(), spec.classes(), 3);
        var parameters = new TrainingParameters(2, batch, 0.01f, momentum);
        float[] weights = InitialWeights.of(spec, 4);
        double[] expected = asDoubles(weights);
        new JavaLocalModel(spec).train(weights, examples, parameters, 5);
        new DoubleNetwork(spec).train(expected, examples, parameters, 5);
        for (int i = 0; i < weights.length; i++) {
          assertThat((double) weights[i])
              .as("weight %d, batch %d", i, batch)
              .isCloseTo(expected[i], within(2e-5));
        }
      }
    }
  }

  @Test
  void bothCopiesOfAWeight_stayEqualBitForBit() {
    ModelSpec spec = Specs.mlp(20, 33, "relu", 5);
    for (float momentum : new float[] {0f, 0.5f}) {
      Network network = new Network(spec);
      network.reserve(13, true);
      network.load(InitialWeights.of(spec, 1), true);
      Examples examples = Specs.noise(13, 20, 5, 2);
      LossGradient loss = new LossGradient(spec);
      for (int step = 0; step < 50; step++) {
        for (int b = 0; b < 13; b++) {
          examples.copyFeatures(b, network.input().values()[b], 0);
        }
        network.forward(13);
        for (int b = 0; b < 13; b++) {
          loss.of(
              network.output().values()[b],
              0,
              examples.label(b),
              13,
              network.output().gradients()[b]);
        }
        network.backwardAndStep(13, 0.1f, momentum);
        assertThat(network.dense()).allMatch(Dense::copiesAgree);
      }
    }
  }

  @Test
  void zeroInputsSkipped_giveTheValuesOfZeroInputsAdded() {
    Matrix matrix = new Matrix(4, 33);
    for (int k = 0; k < 4; k++) {
      for (int j = 0; j < 33; j++) {
        matrix.weights()[k][j] = (k + 1) * (j - 16);
      }
    }
    float[][] out = {new float[Axpy.padded(33)]};
    matrix.multiplyAdd(new float[][] {{0, 0, 0, 0}}, out, 1);
    assertThat(out[0]).containsOnly(0f);
    matrix.multiplyAdd(new float[][] {{0, 0, 1, 0}}, out, 1);
    assertThat(out[0][20]).isEqualTo(12f);
  }

  @Test
  void aModelUsedBefore_trainsAsAFreshOne() {
    ModelSpec spec = Specs.mlp(30, 40, "relu", 4);
    LocalModel used = new JavaLocalModel(spec);
    Examples examples = Specs.noise(100, 30, 4, 1);
    train(used, examples, new TrainingParameters(1, 64, 0.5f, 0.9f), 1);
    train(used, examples, new TrainingParameters(1, 3, 1e30f, 0f), 2); // diverges
    var parameters = new TrainingParameters(2, 10, 0.1f, 0.9f);
    float[] fresh = train(new JavaLocalModel(spec), examples, parameters, 3);
    assertThat(train(used, examples, parameters, 3)).containsExactly(fresh);
  }

  /**
   * Golden bits: they may only change with the arithmetic itself, never with a machine, a JDK or a
   * thread count.
   */
  @Test
  void aRun_givesTheseBitsOnEveryMachine() {
    var parameters = new TrainingParameters(3, 8, 0.1f, 0.9f);
    ModelSpec spec = Specs.mlp(50, 70, "sigmoid", 6);
    float[] weights = train(new JavaLocalModel(spec), Specs.noise(61, 50, 6, 1), parameters, 7);
    assertThat(Arrays.hashCode(weights)).isEqualTo(-842022662);
    float[] logistic =
        train(new JavaLocalModel(Specs.logistic(16)), Specs.noise(61, 16, 2, 1), parameters, 7);
    assertThat(Arrays.hashCode(logistic)).isEqualTo(1685514391);
  }

  @Test
  void severalThreads_trainAsOneAfterTheOther() throws Exception {
    ModelSpec spec = Specs.mlp(60, 50, "sigmoid", 6);
    Examples examples = Specs.noise(200, 60, 6, 1);
    var parameters = new TrainingParameters(3, 10, 0.1f, 0.5f);
    List<Callable<float[]>> jobs = new ArrayList<>();
    for (int seed = 0; seed < 8; seed++) {
      long of = seed;
      jobs.add(() -> train(new JavaLocalModel(spec), examples, parameters, of));
    }
    var pool = Executors.newFixedThreadPool(4);
    try {
      var parallel = pool.invokeAll(jobs);
      for (int i = 0; i < jobs.size(); i++) {
        assertThat(parallel.get(i).get()).containsExactly(jobs.get(i).call());
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void training_learnsToTellClustersApart() {
    ModelSpec spec = Specs.mlp(20, 32, "relu", 5);
    LocalModel model = new JavaLocalModel(spec);
    float[] weights = InitialWeights.of(spec, 1);
    var outcome =
        model.train(
            weights, Specs.clusters(500, 20, 5, 1), new TrainingParameters(5, 10, 0.1f, 0f), 1);
    assertThat(outcome.steps()).isEqualTo(250);
    assertThat(outcome.examples()).isEqualTo(500);
    assertThat(model.evaluate(weights, Specs.clusters(500, 20, 5, 2)).accuracy())
        .isGreaterThan(0.99);
  }

  @Test
  void evaluation_isThatOfItsPartsMerged_bitForBit() {
    ModelSpec spec = Specs.mlp(20, 16, "tanh", 5);
    LocalModel model = new JavaLocalModel(spec);
    float[] weights = InitialWeights.of(spec, 1);
    Examples examples = Specs.noise(101, 20, 5, 1);
    Evaluation whole = model.evaluate(weights, examples);
    Evaluation parts = Evaluation.empty(5);
    for (int cut : new int[] {60, 0, 100, 7}) {
      int end = cut == 60 ? 100 : cut == 0 ? 7 : cut == 100 ? 101 : 60;
      parts = parts.merge(model.evaluate(weights, examples.range(cut, end)));
    }
    assertThat(parts).isEqualTo(whole);
    assertThat(whole.examples()).isEqualTo(101);
  }

  @Test
  void evaluation_agreesWithPrediction() {
    ModelSpec spec = Specs.logistic(10);
    LocalModel model = new JavaLocalModel(spec);
    float[] weights = InitialWeights.of(spec, 1);
    Examples examples = Specs.noise(50, 10, 2, 1);
    float[] values = model.predict(weights, examples);
    double loss = 0;
    int right = 0;
    for (int row = 0; row < 50; row++) {
      loss += Math.log1p(Math.exp(values[row])) - examples.label(row) * values[row];
      right += (values[row] > 0 ? 1 : 0) == examples.label(row) ? 1 : 0;
    }
    Evaluation evaluation = model.evaluate(weights, examples);
    assertThat(evaluation.lossSum()).isCloseTo(loss, within(50 * Evaluation.LOSS_UNIT));
    assertThat(evaluation.accuracy()).isEqualTo(right / 50.0);
  }

  @Test
  void noExamples_changeNothing() {
    ModelSpec spec = Specs.logistic(4);
    float[] weights = {1, 2, 3, 4, 5};
    LocalModel model = new JavaLocalModel(spec);
    Examples none = Examples.of(new float[0], 4, new int[0]);
    assertThat(model.train(weights, none, new TrainingParameters(1, 1, 1f, 0f), 1))
        .isEqualTo(new TrainingOutcome(0, 0, 0));
    assertThat(weights).containsExactly(1, 2, 3, 4, 5);
    assertThat(model.evaluate(weights, none)).isEqualTo(Evaluation.empty(2));
    assertThat(model.predict(weights, none)).isEmpty();
  }

  @Test
  void interruptedThread_isGivenNoEvaluation_andStaysInterrupted() {
    LocalModel model = new JavaLocalModel(Specs.logistic(4));
    Examples examples = Specs.noise(3, 4, 2, 1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> model.evaluate(new float[5], examples))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> model.predict(new float[5], examples))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whatDoesNotFit_isRefusedByName() {
    LocalModel model = new JavaLocalModel(Specs.logistic(4));
    Examples fits = Specs.noise(3, 4, 2, 1);
    assertThatThrownBy(() -> model.evaluate(new float[4], fits))
        .hasMessageContaining("5 parameters")
        .hasMessageContaining("4 weights");
    assertThatThrownBy(() -> model.evaluate(new float[5], Specs.noise(3, 3, 2, 1)))
        .hasMessageContaining("4 features");
    Examples third = Examples.of(new float[4], 4, new int[] {2});
    assertThatThrownBy(() -> model.evaluate(new float[5], third))
        .hasMessageContaining("label of example 0 is 2");
    model.close();
    assertThatThrownBy(() -> model.evaluate(new float[5], fits))
        .isInstanceOf(IllegalStateException.class);
  }

  private static float[] train(
      LocalModel model, Examples examples, TrainingParameters parameters, long seed) {
    float[] weights = InitialWeights.of(model.spec(), 9);
    model.train(weights, examples, parameters, seed);
    return weights;
  }

  @Test
  void interruptedTraining_endsAtTheNextStep_andTheModelTrainsOnAsAFreshOne() throws Exception {
    ModelSpec spec = Specs.mlp(200, 100, "relu", 5);
    Examples examples = Specs.noise(20_000, 200, 5, 1);
    float[] start = InitialWeights.of(spec, 1);
    try (var model = new JavaLocalModel(spec);
        var fresh = new JavaLocalModel(spec)) {
      assertThat(InterruptedTraining.end(model, start.clone(), examples))
          .isInstanceOf(CancellationException.class);

      var plan = new TrainingParameters(1, 10, 0.1f, 0.9f);
      float[] after = start.clone();
      float[] expected = start.clone();
      model.train(after, examples.range(0, 50), plan, 9);
      fresh.train(expected, examples.range(0, 50), plan, 9);
      assertThat(after).containsExactly(expected);
    }
  }

  private static double[] asDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
