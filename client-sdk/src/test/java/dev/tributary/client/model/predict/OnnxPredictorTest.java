package dev.tributary.client.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.onnx.ActivationRanges;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.Network;
import dev.tributary.client.model.artifact.OnnxLoader;
import dev.tributary.client.model.artifact.RunnableModel;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Published graphs, run by the device. */
@Timeout(120)
class OnnxPredictorTest {

  private static final ModelSpec PERCEPTRON =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[19],"layers":[
           {"type":"linear","units":33},{"type":"relu"},{"type":"linear","units":3}],
           "loss":"softmax-cross-entropy","classes":3}""");

  /** A layer that the java runtime does not know. */
  private static final ModelSpec CONVOLUTION =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[1,3,3],"layers":[
           {"type":"conv2d","filters":1,"kernel":2},{"type":"flatten"},{"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}""");

  private static final ModelSpec TOKENS =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[3],"layers":[
           {"type":"embedding","vocabulary":4,"size":1},{"type":"flatten"},
           {"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}""");

  private static final ModelSpec LINEAR =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[2],"layers":[{"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}""");

  private static final int COUNT = 1000;

  @TempDir Path folder;

  private StoredModel stored(SpecifiedModel model, ArtifactKind kind, byte[] file)
      throws IOException {
    FileDigest digest = FileDigest.of(file);
    return new StoredModel(
        digest,
        ModelDigest.of(model.state()),
        kind,
        model.spec(),
        List.of(kind.code()),
        digest,
        file.length,
        Files.write(folder.resolve(digest.hex()), file));
  }

  private StoredModel graph(SpecifiedModel model) throws IOException {
    return stored(model, ArtifactKind.ONNX, OnnxExporter.float32(model).bytes());
  }

  private static SpecifiedModel constant(ModelSpec spec, float weight) {
    float[] weights = new float[spec.layout().dimension()];
    Arrays.fill(weights, weight);
    return new SpecifiedModel(spec, new ModelState(spec.layout(), weights));
  }

  private static SpecifiedModel initial(long seed) {
    return SpecifiedModel.of(PERCEPTRON, InitialWeights.of(PERCEPTRON, seed));
  }

  private static Examples examples(int count, long seed) {
    var random = new Random(seed);
    float[] features = new float[count * 19];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return Examples.of(features, 19, new int[count]);
  }

  private static Predictor predictor() {
    return Predictor.withRuntime(
        "java", ArtifactLoader.anyOf(new SafetensorsLoader(), new OnnxLoader()));
  }

  private static int largest(float[] values, int row) {
    int best = 0;
    for (int j = 1; j < 3; j++) {
      best = values[row * 3 + j] > values[row * 3 + best] ? j : best;
    }
    return best;
  }

  @Test
  void float32Graph_givesWhatTheJavaRuntimeGives() throws Exception {
    SpecifiedModel model = initial(1);
    Examples examples = examples(COUNT, 2);
    try (Predictor predictor = predictor()) {
      predictor.use(stored(model, ArtifactKind.FLOAT32, Safetensors.toBytes(model.state())));
      float[] expected = predictor.predict(examples).outputs();
      StoredModel graph = graph(model);
      predictor.use(graph);
      Prediction actual = predictor.predict(examples);
      assertThat(actual.artifact()).isEqualTo(graph.digest());
      assertThat(actual.outputs()).containsExactly(expected, within(1e-4f));
    }
  }

  @Test
  void int8Graph_agreesWithTheJavaRuntimeOnMostRows() throws Exception {
    SpecifiedModel model = initial(3);
    Examples examples = examples(COUNT, 4);
    var runtime = ModelRuntimes.forSpec(PERCEPTRON, "java");
    ModelArtifact int8 =
        OnnxExporter.int8(model, ActivationRanges.measure(runtime, model, examples(200, 5)));
    float[] expected;
    try (var local = runtime.open(PERCEPTRON)) {
      expected = local.predict(model.weights(), examples);
    }
    try (Predictor predictor = predictor()) {
      predictor.use(stored(model, int8.kind(), int8.bytes()));
      float[] actual = predictor.predict(examples).outputs();
      int agreements = 0;
      for (int row = 0; row < COUNT; row++) {
        agreements += largest(expected, row) == largest(actual, row) ? 1 : 0;
      }
      assertThat(agreements).isGreaterThan(COUNT * 9 / 10);
    }
  }

  @Test
  void convolution_runsWithoutPyTorch() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(graph(constant(CONVOLUTION, 1)));
      float[] ones = {1, 1, 1, 1, 1, 1, 1, 1, 1};
      // Each of four windows gives 4 + 1, the linear layer 4 * 5 + 1.
      assertThat(predictor.predict(Examples.of(ones, 9, new int[1])).outputs())
          .containsExactly(21, 21);
    }
  }

  @Test
  void tokens_areRead_andThoseBeyondTheVocabularyRefused() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(graph(constant(TOKENS, 2)));
      assertThat(predictor.predict(Examples.of(new float[] {0, 3, 1}, 3, new int[1])).outputs())
          .containsExactly(14, 14);
      for (float token : new float[] {-1, 4, 0.5f}) {
        Examples wrong = Examples.of(new float[] {0, token, 1}, 3, new int[1]);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> predictor.predict(wrong))
            .withMessageContaining("vocabulary");
      }
    }
  }

  @Test
  void callThatDoesNotFit_orIsInterrupted_isNoFailureOfTheModel() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(graph(initial(6)));
      Examples tooWide = Examples.of(new float[20], 20, new int[1]);
      assertThatIllegalArgumentException().isThrownBy(() -> predictor.predict(tooWide));
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> predictor.predict(examples(1, 7)));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(predictor.predict(examples(0, 8)).outputs()).isEmpty();
      assertThat(predictor.drainHealth().get(0).failures()).isZero();
    }
  }

  @Test
  void graphThatCannotBeRun_isUnusable_andTheOneBeforeGoesOn() throws Exception {
    SpecifiedModel model = initial(9);
    byte[] whole = OnnxExporter.float32(model).bytes();
    SpecifiedModel infinite = constant(PERCEPTRON, Float.POSITIVE_INFINITY);
    List<StoredModel> bad =
        List.of(
            stored(model, ArtifactKind.ONNX, Arrays.copyOf(whole, whole.length / 2)),
            stored(model, ArtifactKind.ONNX, new byte[] {1, 2, 3}),
            stored(model, ArtifactKind.ONNX, new byte[0]),
            stored(model, ArtifactKind.ONNX, Safetensors.toBytes(model.state())),
            // A graph of another network than its manifest says.
            stored(model, ArtifactKind.ONNX, OnnxExporter.float32(constant(TOKENS, 1)).bytes()),
            stored(infinite, ArtifactKind.ONNX, OnnxExporter.float32(infinite).bytes()));
    try (Predictor predictor = predictor()) {
      StoredModel good = graph(model);
      predictor.use(good);
      for (StoredModel each : bad) {
        assertThatExceptionOfType(UnusableModelException.class)
            .isThrownBy(() -> predictor.use(each))
            .withMessageContaining(each.version().toString());
      }
      assertThat(predictor.predict(examples(1, 10)).artifact()).isEqualTo(good.digest());
    }
  }

  @Test
  void closedModel_hasFreedItsSession() throws Exception {
    RunnableModel model = new OnnxLoader().load(graph(constant(LINEAR, 1)), "auto");
    Network network = model.open();
    Examples one = Examples.of(new float[] {1, 1}, 2, new int[1]);
    assertThat(network.predict(one)).containsExactly(3, 3);
    network.close();
    try (Network other = model.open()) {
      assertThat(other.predict(one)).as("networks share the session").containsExactly(3, 3);
      model.close();
      assertThatIllegalStateException().isThrownBy(() -> other.predict(one));
    }
  }

  /** Weights and graphs of two versions, by turns, under calls: none fails, none is mixed. */
  @Test
  void swapsBetweenWeightsAndGraphs_underLoad_failNothing() throws Exception {
    int threads = 4;
    List<StoredModel> forms = new ArrayList<>();
    for (int version = 1; version <= 2; version++) {
      SpecifiedModel model = constant(LINEAR, version);
      forms.add(stored(model, ArtifactKind.FLOAT32, Safetensors.toBytes(model.state())));
      forms.add(graph(model));
    }
    Examples ones = Examples.of(new float[] {1, 1}, 2, new int[1]);
    var done = new AtomicBoolean();
    var start = new CyclicBarrier(threads + 1);
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try (Predictor predictor = predictor()) {
      predictor.use(forms.get(0));
      Callable<Long> caller =
          () -> {
            start.await();
            long answers = 0;
            while (!done.get() || answers == 0) {
              Prediction answer = predictor.predict(ones);
              // With all weights w, each output is 3 w.
              float expected = answer.version().equals(forms.get(0).version()) ? 3 : 6;
              assertThat(answer.outputs()).containsExactly(expected, expected);
              answers++;
            }
            return answers;
          };
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(callers.submit(caller));
      }
      start.await();
      for (int swap = 0; swap < 200; swap++) {
        predictor.use(forms.get(swap % forms.size()));
      }
      done.set(true);
      long calls = 0;
      for (Future<Long> each : running) {
        calls += each.get();
      }
      List<VersionHealth> health = predictor.drainHealth();
      assertThat(health)
          .allMatch(of -> of.failures() + of.nonFinite() + of.loadFailures() == 0)
          .anyMatch(of -> of.artifact().equals(forms.get(1).digest()));
      assertThat(health.stream().mapToLong(VersionHealth::predictions).sum()).isEqualTo(calls);
    } finally {
      callers.shutdownNow();
    }
  }
}
