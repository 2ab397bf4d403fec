package dev.tributary.aggregation.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.InterruptedTraining;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.Specs;
import dev.tributary.aggregation.runtime.TrainingOutcome;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.aggregation.runtime.network.JavaModelRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("pytorch")
class PyTorchLocalModelTest {

  static final ModelSpec CNN =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[1,8,8],"layers":[
           {"type":"conv2d","filters":6,"kernel":3,"padding":1},{"type":"relu"},{"type":"maxpool2d","kernel":2},
           {"type":"conv2d","filters":8,"kernel":3,"stride":2},{"type":"tanh"},{"type":"flatten"},
           {"type":"linear","units":4}],"loss":"softmax-cross-entropy","classes":4}\
          """);

  private static ModelSpec recurrent(String cell) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[6],"layers":[{"type":"embedding","vocabulary":9,"size":5},
         {"type":"%s","hidden":7,"layers":2},{"type":"last-step"},{"type":"linear","units":9}],
         "loss":"softmax-cross-entropy","classes":9}\
        """
            .formatted(cell));
  }

  private static LocalModel open(ModelSpec spec) {
    return ModelRuntimes.forSpec(spec, "pytorch").open(spec);
  }

  static Stream<ModelSpec> modelsOfBothRuntimes() {
    return Stream.of(
        Specs.mlp(30, 20, "relu", 5),
        Specs.mlp(17, 33, "tanh", 3),
        Specs.mlp(12, 9, "sigmoid", 4),
        Specs.logistic(16));
  }

  @ParameterizedTest
  @MethodSource("modelsOfBothRuntimes")
  void training_movesTheWeightsAsThePureJavaRuntimeDoes(ModelSpec spec) {
    Examples examples = Specs.noise(45, spec.input().elements(), spec.classes(), 1);
    for (float momentum : new float[] {0f, 0.9f}) {
      var plan = new TrainingParameters(2, 10, 0.02f, momentum);
      float[] native1 = InitialWeights.of(spec, 1);
      float[] java = native1.clone();
      try (LocalModel first = open(spec);
          LocalModel second = new JavaModelRuntime().open(spec)) {
        TrainingOutcome one = first.train(native1, examples, plan, 3);
        TrainingOutcome two = second.train(java, examples, plan, 3);
        assertThat(one.meanLoss()).isCloseTo(two.meanLoss(), within(1e-5));
        assertThat(one.steps()).isEqualTo(two.steps()).isEqualTo(10);
        assertThat(native1).usingComparatorWithPrecision(1e-5f).containsExactly(java);
        Evaluation a = first.evaluate(java, examples);
        Evaluation b = second.evaluate(java, examples);
        assertThat(a.meanLoss()).isCloseTo(b.meanLoss(), within(1e-5));
        assertThat(a.confusion()).isEqualTo(b.confusion());
        assertThat(first.predict(java, examples))
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(second.predict(java, examples));
      }
    }
  }

  /** 65536 examples of 10 values: their product with the batch size is beyond an int. */
  @Test
  void largestBatch_movesTheWeightsAsThePureJavaRuntimeDoes() {
    ModelSpec spec = Specs.mlp(2, 3, "tanh", 10);
    Examples examples = Specs.noise(1 << 16, 2, 10, 1);
    var plan = new TrainingParameters(1, 1 << 16, 0.5f, 0f);
    float[] native1 = InitialWeights.of(spec, 1);
    float[] java = native1.clone();
    try (LocalModel first = open(spec);
        LocalModel second = new JavaModelRuntime().open(spec)) {
      first.train(native1, examples, plan, 3);
      second.train(java, examples, plan, 3);
    }
    // a float sum of 65536 terms; the step itself is a hundred times as long
    assertThat(native1).usingComparatorWithPrecision(1e-3f).containsExactly(java);
  }

  static Stream<ModelSpec> modelsOfPyTorch() {
    return Stream.of(CNN, recurrent("lstm"), recurrent("gru"));
  }

  static Examples examplesFor(ModelSpec spec, int count) {
    return spec.layers().get(0).type().equals("embedding")
        ? tokens(count, spec.input().elements(), 9)
        : Specs.noise(count, spec.input().elements(), spec.classes(), 2);
  }

  /** Sequences whose label is their last token but one: learnable, and only by remembering. */
  private static Examples tokens(int count, int steps, int vocabulary) {
    var random = new Random(5);
    float[] features = new float[count * steps];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      for (int t = 0; t < steps; t++) {
        features[i * steps + t] = random.nextInt(vocabulary);
      }
      labels[i] = (int) features[i * steps + steps - 2];
    }
    return Examples.of(features, steps, labels);
  }

  @ParameterizedTest
  @MethodSource("modelsOfPyTorch")
  void oneStep_movesAgainstTheGradientOfTheLoss(ModelSpec spec) {
    Examples examples = examplesFor(spec, 5);
    float[] start = InitialWeights.of(spec, 3);
    float[] moved = start.clone();
    try (LocalModel model = open(spec)) {
      model.train(moved, examples, new TrainingParameters(1, 5, 1f, 0f), 1);
      for (int i = 0; i < start.length; i += 1 + start.length / 60) {
        float[] above = start.clone();
        float[] below = start.clone();
        above[i] += 0.01f;
        below[i] -= 0.01f;
        double slope =
            (model.evaluate(above, examples).meanLoss()
                    - model.evaluate(below, examples).meanLoss())
                / (above[i] - below[i]);
        assertThat(start[i] - moved[i]).as("weight %d", i).isCloseTo((float) slope, within(2e-3f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsOfPyTorch")
  void twoThreadsWithTwoModels_computeWhatOneAfterTheOtherComputes(ModelSpec spec)
      throws Exception {
    Examples examples = examplesFor(spec, 60);
    List<Callable<float[]>> jobs = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      long of = seed;
      jobs.add(
          () -> {
            float[] weights = InitialWeights.of(spec, of);
            try (LocalModel model = open(spec)) {
              model.train(weights, examples, new TrainingParameters(2, 10, 0.1f, 0.5f), of);
            }
            return weights;
          });
    }
    var pool = Executors.newFixedThreadPool(2);
    try {
      var parallel = pool.invokeAll(jobs);
      for (int i = 0; i < jobs.size(); i++) {
        assertThat(parallel.get(i).get()).containsExactly(jobs.get(i).call());
      }
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @MethodSource("modelsOfPyTorch")
  void aModelUsedBefore_trainsAsAFreshOne(ModelSpec spec) {
    Examples examples = examplesFor(spec, 25);
    var plan = new TrainingParameters(2, 10, 0.1f, 0.9f);
    float[] first = InitialWeights.of(spec, 1);
    float[] second = first.clone();
    try (LocalModel used = open(spec);
        LocalModel fresh = open(spec)) {
      used.train(first.clone(), examples, new TrainingParameters(1, 7, 1e20f, 0.9f), 3); // diverges
      used.evaluate(first, examples);
      used.train(first, examples, plan, 9);
      fresh.train(second, examples, plan, 9);
      assertThat(first).containsExactly(second);
    }
  }

  @Test
  void aThousandRounds_leaveNoArrayBehind() {
    Examples examples = examplesFor(CNN, 12);
    var plan = new TrainingParameters(1, 10, 0.01f, 0.5f);
    NativeThread.startEngine();
    try (var model = new PyTorchLocalModel(CNN)) {
      float[] weights = InitialWeights.of(CNN, 1);
      model.train(weights, examples, plan, 0);
      model.evaluate(weights, examples);
      long arrays = model.manager().getManagedArrays().size();
      for (int round = 1; round <= 1000; round++) {
        model.train(weights, examples, plan, round);
        model.evaluate(weights, examples);
        assertThat(model.manager().getManagedArrays()).hasSize(Math.toIntExact(arrays));
      }
      assertThat(arrays).isLessThan(10); // six parameters, input and gradient of the batch
    }
  }

  /** In a process of its own with a fixed heap: what its resident memory grows by is native. */
  @Test
  void aThousandRounds_takeNoMoreNativeMemory() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                ThousandRounds.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String last = output.strip().lines().reduce("", (first, second) -> second);
    // one batch of activations left behind a step would be 100 MiB; compiled code takes up to 30
    assertThat(Long.parseLong(last)).as("growth in KiB").isLessThan(64 * 1024);
  }

  @Test
  void closing_releasesEveryArray() {
    NativeThread.startEngine();
    var model = new PyTorchLocalModel(CNN);
    model.train(
        InitialWeights.of(CNN, 1),
        examplesFor(CNN, 25),
        new TrainingParameters(1, 10, 0.1f, 0.9f),
        1);
    List<NDArray> arrays = model.manager().getManagedArrays();
    assertThat(arrays).isNotEmpty();
    model.close();
    model.close();
    assertThat(arrays).allMatch(array -> ((PtNDArray) array).isReleased());
    assertThat(model.manager().isOpen()).isFalse();
    assertThatThrownBy(() -> model.evaluate(InitialWeights.of(CNN, 1), examplesFor(CNN, 5)))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("modelsOfPyTorch")
  void interruptedTraining_endsAtTheNextStep_andLeavesNoArrayBehind(ModelSpec spec)
      throws Exception {
    Examples examples = examplesFor(spec, 2000);
    float[] start = InitialWeights.of(spec, 1);
    float[] interrupted = start.clone();
    NativeThread.startEngine();
    try (var model = new PyTorchLocalModel(spec);
        var fresh = new PyTorchLocalModel(spec)) {
      var oneStep = new TrainingParameters(1, 1, 0.1f, 0.9f);
      model.train(start.clone(), examples.range(0, 1), oneStep, 1);
      int arrays = model.manager().getManagedArrays().size();

      assertThat(InterruptedTraining.end(model, interrupted, examples))
          .isInstanceOf(CancellationException.class);

      assertThat(model.manager().getManagedArrays()).hasSize(arrays);
      var plan = new TrainingParameters(1, 10, 0.1f, 0.9f);
      float[] after = start.clone();
      float[] expected = start.clone();
      model.train(after, examples.range(0, 50), plan, 9);
      fresh.train(expected, examples.range(0, 50), plan, 9);
      assertThat(after).containsExactly(expected);
    }
  }

  @Test
  void interruptedThread_keepsItsFlagAndItsGradMode_andTrainsNoStep() {
    NativeThread.startEngine();
    boolean before = JniUtils.isGradMode();
    float[] weights = InitialWeights.of(CNN, 1);
    try (LocalModel model = open(CNN)) {
      for (boolean mode : new boolean[] {true, false}) {
        JniUtils.setGradMode(mode);
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                () ->
                    model.train(
                        weights, examplesFor(CNN, 5), new TrainingParameters(1, 5, 1f, 0f), 1))
            .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(JniUtils.isGradMode()).isEqualTo(mode);
      }
      assertThat(weights).containsExactly(InitialWeights.of(CNN, 1));
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  @Test
  void theThreadsGradMode_isPutBack() {
    NativeThread.startEngine();
    boolean before = JniUtils.isGradMode();
    try (LocalModel model = open(CNN)) {
      for (boolean mode : new boolean[] {true, false}) {
        JniUtils.setGradMode(mode);
        float[] weights = InitialWeights.of(CNN, 1);
        model.train(weights, examplesFor(CNN, 5), new TrainingParameters(1, 5, 0.1f, 0f), 1);
        model.predict(weights, examplesFor(CNN, 5));
        assertThat(JniUtils.isGradMode()).isEqualTo(mode);
      }
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  @Test
  void theCnnOfTheFedAvgPaper_has1663370Parameters_andLearns() {
    ModelSpec spec = Specs.fedAvgCnn();
    assertThat(spec.layout().dimension()).isEqualTo(1_663_370);
    Examples examples = Specs.clusters(120, 784, 10, 1);
    float[] weights = InitialWeights.of(spec, 1);
    try (LocalModel model = open(spec)) {
      double before = model.evaluate(weights, examples).meanLoss();
      model.train(weights, examples, new TrainingParameters(5, 10, 0.05f, 0f), 1);
      Evaluation after = model.evaluate(weights, examples);
      assertThat(after.meanLoss()).isLessThan(before / 2);
      assertThat(after.accuracy()).isGreaterThan(0.9);
    }
  }

  @ParameterizedTest
  @MethodSource("recurrentModels")
  void recurrentModels_learnToRemember(ModelSpec spec) {
    Examples examples = tokens(400, 6, 9);
    float[] weights = InitialWeights.of(spec, 1);
    try (LocalModel model = open(spec)) {
      model.train(weights, examples, new TrainingParameters(20, 10, 0.05f, 0.9f), 1);
      // who sees only the last token guesses one time in nine
      assertThat(model.evaluate(weights, examples).accuracy()).isGreaterThan(0.5);
    }
  }

  static Stream<ModelSpec> recurrentModels() {
    return Stream.of(recurrent("lstm"), recurrent("gru"));
  }

  @Test
  void interruptedThread_isGivenNoEvaluation_andStaysInterrupted() {
    try (LocalModel model = open(CNN)) {
      float[] weights = InitialWeights.of(CNN, 1);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> model.evaluate(weights, examplesFor(CNN, 5)))
          .isInstanceOf(CancellationException.class);
      assertThatThrownBy(() -> model.predict(weights, examplesFor(CNN, 5)))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aTokenOutsideTheVocabulary_isRefusedBeforeNativeCode() {
    try (LocalModel model = open(recurrent("lstm"))) {
      float[] weights = InitialWeights.of(model.spec(), 1);
      for (float token : new float[] {9, -1, 0.5f, Float.NaN}) {
        Examples examples = Examples.of(new float[] {1, 2, token, 3, 4, 5}, 6, new int[] {0});
        assertThatThrownBy(() -> model.predict(weights, examples))
            .hasMessageContaining("token 2 of example 0");
      }
    }
  }

  @Test
  void noExamples_changeNothing() {
    try (LocalModel model = open(CNN)) {
      float[] weights = InitialWeights.of(CNN, 1);
      Examples none = Examples.of(new float[0], 64, new int[0]);
      assertThat(model.train(weights, none, new TrainingParameters(1, 1, 1f, 0f), 1))
          .isEqualTo(new TrainingOutcome(0, 0, 0));
      assertThat(weights).containsExactly(InitialWeights.of(CNN, 1));
      assertThat(model.evaluate(weights, none)).isEqualTo(Evaluation.empty(4));
    }
  }
}
