package dev.tributary.simulations.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.data.SeededRandom;
import dev.tributary.simulations.data.source.DataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioTest {

  private static final String SMALLEST =
      "data: strokes\nmodel: mlp\ndevices: 20\nrounds: 10\ntraining: {learningRate: 0.1}\n";

  static Stream<Path> shippedScenarios() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("shippedScenarios")
  void everyShippedScenario_isReadAndNamedAsItsFile(Path file) {
    assertThat(Scenario.read(file, List.of()).name() + ".yaml")
        .isEqualTo(String.valueOf(file.getFileName()));
  }

  @Test
  void theSmallestScenario_hasTheDocumentedDefaults() {
    Scenario scenario = read();
    assertThat(scenario.seed()).isEqualTo(1);
    assertThat(scenario.cohort()).isEqualTo(20);
    assertThat(scenario.minimumReports()).isEqualTo(2);
    assertThat(scenario.secureAggregation())
        .contains(
            new SecureAggregation(
                CipherSuite.CLASSIC,
                Adversary.ACTIVE,
                500,
                3000,
                40,
                30,
                2,
                true,
                Duration.ofDays(1),
                20));
    assertThat(scenario.partition()).isEqualTo(new Partition.Iid());
    assertThat(scenario.training()).isEqualTo(new TrainingParameters(1, 10, 0.1f, 0));
    assertThat(scenario.server()).isEqualTo(new Scenario.Server(1, 0));
    assertThat(scenario.quantization().bits()).isEqualTo(16);
    assertThat(scenario.quantization().clipNorm()).isInfinite();
    assertThat(scenario.quantization().maxExamples()).isEmpty();
    assertThat(scenario.transport()).isEqualTo(TransportKind.DIRECT);
    assertThat(scenario.runtime()).isEqualTo(RuntimeChoice.AUTO);
    assertThat(scenario.targetAccuracy()).isEmpty();
  }

  @Test
  void overrides_replaceAndAddKeysInOrder() {
    Scenario scenario =
        read(
            "rounds=3",
            "rounds=4",
            "partition=dirichlet",
            "partition.alpha=0.1",
            "training.epochs=5",
            "data.imageSize=20",
            "quantization.clipNorm=2.5",
            "quantization.maxExamples=600",
            "behaviour.latency={kind: lognormal, medianMillis: 200}",
            "name=a name");
    assertThat(scenario.rounds()).isEqualTo(4);
    assertThat(scenario.partition()).isEqualTo(new Partition.Dirichlet(0.1));
    assertThat(scenario.training().epochs()).isEqualTo(5);
    assertThat(scenario.training().learningRate()).isEqualTo(0.1f);
    assertThat(scenario.data())
        .isInstanceOfSatisfying(
            DataSource.Strokes.class,
            strokes -> assertThat(strokes.parameters().imageSize()).isEqualTo(20));
    assertThat(scenario.quantization().clipNorm()).isEqualTo(2.5f);
    assertThat(scenario.quantization().maxExamples()).hasValue(600);
    assertThat(scenario.behaviour().latency()).isEqualTo(new Latency.LogNormal(200, 0.5));
    assertThat(scenario.name()).isEqualTo("a name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          roundz=3                       | unknown key 'roundz'; did you mean 'rounds'?
          training.learningrate=1        | unknown key 'training.learningrate'; did you mean 'learningRate'?
          data.examplesPerdevice=3       | unknown key 'data.examplesPerdevice'; did you mean 'examplesPerDevice'?
          partition.alpha=1              | unknown key 'partition.alpha'
          partition=natral               | partition.kind: expected one of iid, shards, dirichlet, quantity, natural, found "natral"; did you mean 'natural'?
          model=mpl                      | did you mean 'mlp'?
          transport=HTTP                 | transport: expected one of direct, http, found "HTTP"; did you mean 'http'?
          protocol=plane                 | did you mean 'plain'?
          rounds=0                       | rounds: expected a whole number from 1 to 1000000, found 0
          rounds=2.5                     | rounds: expected a whole number from 1 to 1000000, found 2.5
          rounds=many                    | rounds: expected a whole number from 1 to 1000000, found "many"
          cohort=21                      | cohort: expected a whole number from 1 to 20, found 21
          minimumReports=21              | minimumReports: expected a whole number from 2 to 20, found 21
          training.learningRate=0        | training.learningRate: expected a number above 0, found 0
          training.learningRate=1e-60    | training.learningRate: expected a number above 0
          training.learningRate=.nan     | not valid YAML: Malformed numeric value
          training.momentum=1            | training.momentum: expected a number from 0 up to but not including 1, found 1
          training.momentum=0.9999999999 | training.momentum: expected a number from 0 up to but not including 1
          quantization.bits=12           | quantization.bits: expected one of [8, 16], found 12
          quantization.clipNorm=non      | quantization.clipNorm: expected a number above 0, or none, found "non"
          quantization.maxExamples=all   | or auto, found "all"
          behaviour.dropOutRate=1        | behaviour.dropOutRate: expected a number from 0 up to but not including 1, found 1
          behaviour.latency.kind=uniform | behaviour.latency.minimumMillis: expected a number of at least 0, found nothing
          server.optimizer=adam          | server.optimizer: expected one of fedavg
          data=mnist                     | data.dir: expected a path, found nothing
          data=mnits                     | did you mean 'mnist'?
          model={format: x}              | model: format is 'x'
          model={layerz: 1}              | model:
          training=3                     | training: expected a mapping of keys, found 3
          name=[]                        | name: expected text, found []
          rounds.x=3                     | rounds has no keys of its own, it is 10
          rounds=                        | override rounds=: expected a value after =, found nothing
          rounds                         | override rounds: expected key=value
          rounds=[1                      | override rounds=[1, line 1: not valid YAML
          """)
  void impossibleSettings_areRefusedNamingKeyExpectedAndActual(String override, String reason) {
    refused(SMALLEST, reason, override);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          secureAggregation.suite=quantum       | secureAggregation.suite: expected one of classic, hybrid
          secureAggregation.adversary=nice      | secureAggregation.adversary: expected one of semi-honest, active
          secureAggregation.corruptFraction=0.6 | a multiple of 0.0001 from 0 to 0.5, found 0.6
          secureAggregation.dropoutFraction=0.00005 | a multiple of 0.0001 from 0 to 0.9
          secureAggregation.dropoutFraction=0.7 | secureAggregation does not fit a cohort of 20
          secureAggregation.securityBits=8      | secureAggregation.securityBits: expected a whole number from 20 to 80
          secureAggregation.minimumSurvivors=1  | secureAggregation.minimumSurvivors: expected a whole number from 2 to 20
          secureAggregation.minimumSurvivor=3   | did you mean 'minimumSurvivors'?
          cohort=2                              | cohort: expected at least 3 with protocol secagg
          minimumReports=1                      | minimumReports: expected a whole number from 2 to 20
          behaviour.dropOuts=21                 | behaviour.dropOuts: expected a whole number from 0 to 20
          behaviour.dropOutStep=late            | behaviour.dropOutStep: expected one of any, before-keys
          """)
  void impossibleMasking_isRefusedNamingKeyExpectedAndActual(String override, String reason) {
    refused(SMALLEST, reason, override);
  }

  @Test
  void plain_hasNoMaskingToSet() {
    assertThat(read("protocol=plain", "cohort=1").secureAggregation()).isEmpty();
    refused(
        SMALLEST,
        "secureAggregation: expected with protocol secagg only",
        "protocol=plain",
        "secureAggregation.suite=hybrid");
  }

  @Test
  void missingKeys_areRefused() {
    for (String key : List.of("data", "model", "devices", "rounds", "training")) {
      String without =
          SMALLEST.lines().filter(line -> !line.startsWith(key)).reduce("", (a, b) -> a + b + "\n");
      refused(without, key);
    }
  }

  @Test
  void textThatIsNoScenario_isRefusedWithTheLine() {
    refused("", "scenario test: expected a mapping of keys, found nothing");
    refused("- a\n", "expected a mapping of keys");
    refused("rounds: 1\nrounds: 2\n", "line 2: not valid YAML: Duplicate field 'rounds'");
    refused("rounds: [1\n", "not valid YAML: while parsing a flow sequence, expected ',' or ']'");
    refused(SMALLEST + "---\nrounds: 3\n", "expected one YAML document, found another after it");
    refused(SMALLEST + "seed: null\n", "seed: expected a whole number");
  }

  @Test
  void quantizationThatDoesNotFitTheCohort_isRefused() {
    refused(
        SMALLEST,
        "quantization does not fit a cohort of 100000",
        "devices=100000",
        "cohort=100000");
  }

  @Test
  void naturalPartition_ofDataThatKnowNoDevices_isRefusedBeforeLoading() {
    refused(
        SMALLEST,
        "the rows of mnist do not tell their device",
        "data={name: mnist, dir: none}",
        "partition=natural");
  }

  @Test
  void missingFile_isNamed(@TempDir Path directory) {
    assertThatExceptionOfType(ScenarioException.class)
        .isThrownBy(() -> Scenario.read(directory.resolve("none.yaml"), List.of()))
        .withMessageContaining("none.yaml: there is no such file");
    assertThatExceptionOfType(ScenarioException.class)
        .isThrownBy(() -> Scenario.read(directory, List.of()))
        .withMessageContaining("cannot be read");
  }

  @Test
  void presets_fitTheDataOrSayWhyNot() {
    Dataset strokes = read("data.examplesPerDevice=1", "data.testExamples=1").loadData();
    assertThat(parameters("model=mlp", strokes)).isEqualTo(784 * 128 + 128 + 128 * 10 + 10);
    assertThat(parameters("model=logistic", strokes)).isEqualTo(7850);
    assertThat(parameters("model=mnist-2nn", strokes)).isEqualTo(199_210);
    assertThat(parameters("model=mnist-cnn", strokes)).isEqualTo(1_663_370);
    assertThatExceptionOfType(ScenarioException.class)
        .isThrownBy(
            () ->
                read("model={format: tributary-model/1, input: [9], layers: [{type: linear, units:"
                        + " 10}], loss: softmax-cross-entropy, classes: 10}")
                    .modelFor(strokes))
        .withMessageContaining(
            "model.input: expected 784 values, those of a row of strokes [1, 28, 28], found [9]");
    assertThatExceptionOfType(ScenarioException.class)
        .isThrownBy(
            () ->
                read("model={format: tributary-model/1, input: [784], layers: [{type: linear,"
                        + " units: 1}], loss: sigmoid-binary-cross-entropy, classes: 2}")
                    .modelFor(strokes))
        .withMessageContaining("model.classes: expected 10, the classes of strokes, found 2");
  }

  @Test
  void evaluation_followsItsCadenceAndTheLastRound() {
    Scenario scenario = read("evaluateEvery=4");
    assertThat(
            Stream.iterate(1, round -> round <= 10, round -> round + 1)
                .filter(scenario::evaluatesAfter))
        .containsExactly(4, 8, 10);
  }

  @Test
  void latencies_areDrawnWithinTheirBounds() {
    SeededRandom random = SeededRandom.of(1, "latency");
    for (int draw = 0; draw < 1000; draw++) {
      assertThat(new Latency.Uniform(5, 7).drawMillis(random)).isBetween(5.0, 7.0);
      assertThat(new Latency.LogNormal(100, 0.5).drawMillis(random)).isPositive();
      assertThat(new Latency.Fixed(3).drawMillis(random)).isEqualTo(3);
    }
  }

  @Test
  void settings_nameEveryValueInForce() {
    assertThat(
            read("partition={kind: shards, shardsPerDevice: 3}", "targetAccuracy=0.9").settings())
        .containsEntry("partition", "shards, 3 a device")
        .containsEntry("training.learningRate", "0.1")
        .containsEntry("quantization.maxExamples", "auto")
        .containsEntry("targetAccuracy", "0.9")
        .doesNotContainKey("description");
  }

  private static int parameters(String model, Dataset dataset) {
    var spec = read(model).modelFor(dataset);
    int sum = 0;
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      sum += spec.tensors(layer).stream().mapToInt(tensor -> tensor.shape().elements()).sum();
    }
    return sum;
  }

  private static Scenario read(String... overrides) {
    return Scenario.parse("test", SMALLEST, List.of(overrides));
  }

  private static void refused(String yaml, String reason, String... overrides) {
    assertThatExceptionOfType(ScenarioException.class)
        .isThrownBy(() -> Scenario.parse("test", yaml, List.of(overrides)))
        .withMessageContaining(reason);
  }
}
