package dev.tributary.client.model.predict;

import static dev.tributary.client.testing.ModelRepository.SPEC;
import static dev.tributary.client.testing.ModelRepository.model;
import static dev.tributary.client.testing.ModelRepository.versionOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.Network;
import dev.tributary.client.model.artifact.RunnableModel;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.TriedModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictorTest {

  /** Of one example (1, 1): with all weights w, each of the three outputs is 3 w. */
  private static final Examples ONES = Examples.of(new float[] {1, 1}, 2, new int[1]);

  @TempDir Path folder;

  private StoredModel stored(float weight) throws IOException {
    return stored(model(weight));
  }

  private StoredModel stored(byte[] file) throws IOException {
    FileDigest digest = FileDigest.of(file);
    Path path = Files.write(folder.resolve(digest.hex()), file);
    return new StoredModel(
        digest,
        versionOf(file),
        ArtifactKind.FLOAT32,
        SPEC,
        List.of("float32"),
        digest,
        file.length,
        path);
  }

  /** Loads safetensors, and remembers the networks that were opened. */
  private static final class RememberingLoader implements ArtifactLoader {
    private final List<Network> opened = new ArrayList<>();

    @Override
    public boolean supports(ArtifactKind kind, ModelSpec spec) {
      return true;
    }

    @Override
    public RunnableModel load(StoredModel model, String runtime) throws UnusableModelException {
      RunnableModel loaded = new SafetensorsLoader().load(model, runtime);
      return new RunnableModel() {
        @Override
        public Network open() {
          Network network = loaded.open();
          opened.add(network);
          return network;
        }

        @Override
        public void close() {
          loaded.close();
        }
      };
    }
  }

  private static Predictor predictor() {
    return Predictor.withRuntime("java", new SafetensorsLoader());
  }

  @Test
  void answer_isThatOfTheCurrentVersion() throws Exception {
    try (Predictor predictor = predictor()) {
      assertThatExceptionOfType(NoModelException.class)
          .isThrownBy(() -> predictor.predict(ONES))
          .withMessageContaining("no model on this device yet");
      predictor.use(stored(1));
      assertThat(predictor.predict(ONES).outputs()).containsExactly(3, 3, 3);
      predictor.use(stored(2));
      Prediction second = predictor.predict(ONES);
      assertThat(second.outputs()).containsExactly(6, 6, 6);
      assertThat(second.version()).isEqualTo(versionOf(model(2)));
      assertThat(predictor.current().map(StoredModel::version)).contains(second.version());
    }
  }

  @Test
  void closedPredictor_answersNoMore_andTakesNoModel() throws Exception {
    Predictor predictor = predictor();
    predictor.use(stored(1));
    predictor.close();
    predictor.use(stored(2));
    assertThat(predictor.current()).isEmpty();
    assertThatExceptionOfType(NoModelException.class)
        .isThrownBy(() -> predictor.predict(ONES))
        .withMessageContaining("closed");
  }

  @Test
  void triedModel_runsOnceItIsTold_andIsFreedWhenItIsNot() throws Exception {
    var loader = new RememberingLoader();
    try (Predictor predictor = Predictor.withRuntime("java", loader)) {
      predictor.use(stored(1));
      TriedModel unused = predictor.tried(stored(2));
      assertThat(predictor.predict(ONES).outputs()).containsExactly(3, 3, 3);
      unused.close();
      Network freed = loader.opened.get(1);
      assertThatIllegalStateException().isThrownBy(() -> freed.predict(ONES));
      try (TriedModel tried = predictor.tried(stored(3))) {
        tried.run();
      }
      assertThat(predictor.predict(ONES).outputs()).containsExactly(9, 9, 9);
    }
  }

  @Test
  void modelThatDoesNotLoad_leavesTheOneBefore_andIsCounted() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(stored(1));
      StoredModel rubbish = stored(new byte[] {1, 2, 3});
      StoredModel infinite = stored(Float.MAX_VALUE);
      assertThatExceptionOfType(UnusableModelException.class)
          .isThrownBy(() -> predictor.use(rubbish));
      assertThat(predictor.predict(ONES).outputs()).containsExactly(3, 3, 3);
      predictor.use(infinite); // finite at zero
      predictor.predict(ONES);

      List<VersionHealth> health = predictor.drainHealth();
      assertThat(health).hasSize(3);
      assertThat(health.get(0))
          .matches(of -> of.loads() == 1 && of.predictions() == 1 && of.failures() == 0);
      assertThat(health.get(1)).matches(of -> of.loads() == 0 && of.loadFailures() == 1);
      assertThat(health.get(2)).matches(of -> of.nonFinite() == 1 && of.predictions() == 1);
      assertThat(predictor.drainHealth()).as("nothing since").isEmpty();
    }
  }

  /** Or callers' mistakes would roll a good version back. */
  @Test
  void callThatDoesNotFit_isRefused_andIsNoFailureOfTheModel() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(stored(1));
      Examples tooWide = Examples.of(new float[3], 3, new int[1]);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> predictor.predict(tooWide))
          .withMessageContaining("2 features");
      assertThat(predictor.predict(ONES).outputs()).hasSize(3);
      assertThat(predictor.drainHealth().get(0))
          .matches(of -> of.failures() == 0 && of.predictions() == 1);
    }
  }

  @Test
  void interruptedCall_isNoFailureOfTheModel() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(stored(1));
      Thread.currentThread().interrupt();
      try {
        assertThatExceptionOfType(CancellationException.class)
            .isThrownBy(() -> predictor.predict(ONES));
      } finally {
        assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
      }
      predictor.predict(ONES);
      assertThat(predictor.drainHealth().get(0))
          .matches(of -> of.failures() == 0 && of.predictions() == 1);
    }
  }

  @Test
  void interruptedLoad_isNoFailureOfTheModel() throws Exception {
    var interrupting =
        new ArtifactLoader() {
          @Override
          public boolean supports(ArtifactKind kind, ModelSpec spec) {
            return true;
          }

          @Override
          public RunnableModel load(StoredModel model, String runtime)
              throws UnusableModelException {
            RunnableModel loaded = new SafetensorsLoader().load(model, runtime);
            Thread.currentThread().interrupt();
            return loaded;
          }
        };
    try (Predictor predictor = Predictor.withRuntime("java", interrupting)) {
      StoredModel one = stored(1);
      try {
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> predictor.use(one));
      } finally {
        assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
      }
      assertThat(predictor.current()).isEmpty();
      assertThat(predictor.drainHealth()).as("neither loaded nor failed").isEmpty();
    }
  }

  /** Of examples that fit, whatever the runtime throws is the model's. */
  @Test
  void callThatTheRuntimeFails_isAFailureOfTheModel() throws Exception {
    var loader = new RememberingLoader();
    try (Predictor predictor = Predictor.withRuntime("java", loader)) {
      predictor.use(stored(1));
      loader.opened.get(0).close();
      assertThatIllegalStateException().isThrownBy(() -> predictor.predict(ONES));
      assertThat(predictor.predict(ONES).outputs()).as("by a fresh network").hasSize(3);
      assertThat(predictor.drainHealth().get(0))
          .matches(of -> of.failures() == 1 && of.predictions() == 1);
    }
  }

  @Test
  void latency_isCountedInItsBucket() throws Exception {
    AtomicLong nanos = new AtomicLong();
    try (Predictor predictor =
        Predictor.withClock("java", new SafetensorsLoader(), () -> nanos.getAndAdd(5_000_000))) {
      predictor.use(stored(1));
      for (int i = 0; i < 10; i++) {
        predictor.predict(ONES);
      }
      LatencyHistogram latency = predictor.drainHealth().get(0).latency();
      assertThat(latency.total()).isEqualTo(10);
      assertThat(latency.toArray()[50]).as("(4871, 5793] us").isEqualTo(10);
    }
  }

  @Test
  void healthOfTheRunningVersion_isKept_howeverManyOthersFail() throws Exception {
    try (Predictor predictor = predictor()) {
      predictor.use(stored(1));
      for (int i = 0; i < 3 * Predictor.MAXIMUM_VERSIONS; i++) {
        StoredModel rubbish = stored(new byte[] {(byte) i});
        assertThatExceptionOfType(UnusableModelException.class)
            .isThrownBy(() -> predictor.use(rubbish));
      }
      predictor.predict(ONES);
      List<VersionHealth> health = predictor.drainHealth();
      assertThat(health).hasSize(Predictor.MAXIMUM_VERSIONS);
      assertThat(health.get(0).predictions()).isEqualTo(1);
    }
  }

  /** Eight threads call while versions change: each answer is of one version, and none fails. */
  @Test
  void swapsUnderLoad_mixNothingAndFailNothing() throws Exception {
    int threads = 8;
    int versions = 4;
    int swaps = 400;
    Examples batch = Examples.of(new float[64].clone(), 2, new int[32]);
    List<StoredModel> models = new ArrayList<>();
    for (int version = 1; version <= versions; version++) {
      models.add(stored(version));
    }
    AtomicBoolean done = new AtomicBoolean();
    CyclicBarrier start = new CyclicBarrier(threads + 1);
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    long calls = 0;
    try (Predictor predictor = predictor()) {
      predictor.use(models.get(0));
      Callable<Long> caller =
          () -> {
            start.await();
            long answers = 0;
            while (!done.get() || answers == 0) {
              Prediction answer = predictor.predict(ONES);
              float expected = 3 * weightOf(models, answer);
              assertThat(answer.outputs()).containsExactly(expected, expected, expected);
              // Zeros give the bias, which is the weight.
              float[] biases = predictor.predict(batch).outputs();
              for (float bias : biases) {
                assertThat(bias).isEqualTo(biases[0]);
              }
              answers += 2;
            }
            return answers;
          };
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(callers.submit(caller));
      }
      start.await();
      for (int swap = 0; swap < swaps; swap++) {
        predictor.use(models.get(swap % versions));
      }
      done.set(true);
      for (Future<Long> each : running) {
        calls += each.get();
      }
      long counted =
          predictor.drainHealth().stream()
              .peek(of -> assertThat(of.failures() + of.nonFinite() + of.loadFailures()).isZero())
              .mapToLong(VersionHealth::predictions)
              .sum();
      assertThat(counted).isEqualTo(calls);
    } finally {
      callers.shutdownNow();
    }
  }

  private static float weightOf(List<StoredModel> models, Prediction answer) {
    for (int i = 0; i < models.size(); i++) {
      if (models.get(i).version().equals(answer.version())) {
        return i + 1;
      }
    }
    throw new AssertionError("answered by " + Optional.of(answer.version()));
  }
}
