package dev.tributary.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.security.agreement.CipherSuite;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskConfigTest {
  private static final String LEAST =
      """
      name: digits
      population: pens
      protocol: plain
      model: {format: tributary-model/1, input: [4], layers: [{type: linear, units: 3}],
              loss: softmax-cross-entropy, classes: 3}
      """;

  @Test
  void everyKey_isRead() {
    var config =
        TaskConfig.parse(
            LEAST
                + """
                kind: training
                initialModel: %s
                quantization: {bits: 8, clipNorm: 2.5, range: 0.5, maxExamples: 64}
                training: {epochs: 3, batchSize: 10, learningRate: 0.05, momentum: 0.9}
                optimizer: {learningRate: 0.7, momentum: 0.3}
                cohort: {target: 10, overSelection: 1.3, minimum: 7}
                deadlines: {selectionSeconds: 5, reportingSeconds: 0.5}
                separation: {rounds: 2, seconds: 60}
                eligibility: {minSdkVersion: 1.2.3, minExamples: 20, attributes: {os: linux}, runtimes: [java]}
                until: {rounds: 100, targetMetric: {name: macroF1, value: 0.9}}
                pace: {floorSeconds: 0.02, ceilingSeconds: 60, slotSeconds: 0.05, smallPopulation: 50}
                """
                    .formatted("ab".repeat(32)));

    var training = (TaskConfig.Training) config.work();
    assertThat(config.kind()).isEqualTo(RoundKind.TRAINING);
    assertThat(training.initial())
        .isEqualTo(new TaskConfig.Initial.Version(new ModelDigest("ab".repeat(32))));
    assertThat(training.quantization()).isEqualTo(new TaskConfig.Quantization(8, 2.5f, 0.5f, 64));
    assertThat(training.training()).isEqualTo(new TrainingParameters(3, 10, 0.05f, 0.9f));
    assertThat(training.optimizer()).isEqualTo(new TaskConfig.Optimizer(0.7f, 0.3f));
    assertThat(config.cohort()).isEqualTo(new TaskConfig.Cohort(10, 1.3, 7));
    assertThat(config.cohort().selectionCount()).isEqualTo(13);
    assertThat(config.deadlines())
        .isEqualTo(new TaskConfig.Deadlines(Duration.ofSeconds(5), Duration.ofMillis(500)));
    assertThat(config.separation()).isEqualTo(new TaskConfig.Separation(2, Duration.ofMinutes(1)));
    assertThat(config.eligibility())
        .isEqualTo(
            new TaskConfig.Eligibility(
                new SdkVersion(1, 2, 3), 20, Map.of("os", "linux"), List.of("java")));
    assertThat(config.until())
        .isEqualTo(
            new TaskConfig.Until(
                Optional.of(100L),
                Optional.of(new TaskConfig.TargetMetric(TaskConfig.Metric.MACRO_F1, 0.9))));
    assertThat(config.pace())
        .isEqualTo(
            new TaskConfig.Pace(
                Duration.ofMillis(20), Duration.ofMinutes(1), Duration.ofMillis(50), 50));
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
  }

  @Test
  void defaults_areThoseOfTheDocument() {
    var config = TaskConfig.parse(LEAST + "cohort: {target: 10}");

    var training = (TaskConfig.Training) config.work();
    assertThat(training.initial()).isEqualTo(new TaskConfig.Initial.Seed(0));
    assertThat(training.quantization())
        .isEqualTo(new TaskConfig.Quantization(16, Float.POSITIVE_INFINITY, 1f, 1000));
    assertThat(training.training()).isEqualTo(new TrainingParameters(1, 32, 0.1f, 0f));
    assertThat(training.optimizer()).isEqualTo(new TaskConfig.Optimizer(1f, 0f));
    assertThat(config.cohort()).isEqualTo(new TaskConfig.Cohort(10, 1.3, 8));
    assertThat(config.deadlines())
        .isEqualTo(new TaskConfig.Deadlines(Duration.ofMinutes(1), Duration.ofMinutes(10)));
    assertThat(config.separation()).isEqualTo(new TaskConfig.Separation(0, Duration.ZERO));
    assertThat(config.until()).isEqualTo(new TaskConfig.Until(Optional.empty(), Optional.empty()));
    assertThat(config.pace())
        .isEqualTo(
            new TaskConfig.Pace(
                Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofMinutes(1), 1000));
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
  }

  private static final String SECURE = LEAST.replace("protocol: plain\n", "");

  @Test
  void secureAggregation_isTheDefault_withTheNumbersOfTheDocument() {
    var config = TaskConfig.parse(SECURE + "cohort: {target: 10}");

    assertThat(config.protocol()).isEqualTo(ProtocolKind.SECAGG_PLUS);
    assertThat(config.secureAggregation())
        .contains(
            new SecureAggregation(
                CipherSuite.CLASSIC,
                Adversary.ACTIVE,
                500,
                3000,
                40,
                30,
                8,
                true,
                Duration.ofMinutes(1),
                1024));
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
    assertThat(config.toJson()).contains("\"protocol\":\"secagg\"");

    var plain = TaskConfig.parse(LEAST + "cohort: {target: 10}");
    assertThat(plain.secureAggregation()).isEmpty();
    assertThat(plain.toJson()).contains("\"protocol\":\"plain\"");
  }

  @Test
  void taskFromBeforeThereWereProtocols_staysPlain() {
    String document = SECURE + "cohort: {target: 1}";

    assertThat(TaskConfig.parseStored(document).protocol()).isEqualTo(ProtocolKind.PLAIN);
    var secure = TaskConfig.parse(SECURE + "cohort: {target: 10}");
    assertThat(TaskConfig.parseStored(secure.toJson())).isEqualTo(secure);
  }

  @Test
  void secureAggregation_everyKeyIsRead() {
    var config =
        TaskConfig.parse(
            SECURE
                + """
                cohort: {target: 200, overSelection: 1.1, minimum: 150}
                secureAggregation: {suite: hybrid, adversary: semi-honest, corruptFraction: 0.1, dropoutFraction: 0.2,
                  securityBits: 30, correctnessBits: 20, minimumSurvivors: 60, confirmation: true, stepSeconds: 0.5,
                  shardSize: 110}
                """);

    assertThat(config.secureAggregation())
        .contains(
            new SecureAggregation(
                CipherSuite.HYBRID,
                Adversary.SEMI_HONEST,
                1000,
                2000,
                30,
                20,
                60,
                true,
                Duration.ofMillis(500),
                110));
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
  }

  @Test
  void everyCohortFromThreeOn_worksWithTheDefaults() {
    for (int target = 3; target <= 300; target += target < 100 ? 1 : 50) {
      for (String over : List.of("", ", overSelection: 1")) {
        String cohort = "cohort: {target: %d%s}".formatted(target, over);
        assertThat(TaskConfig.parse(SECURE + cohort).protocol())
            .isEqualTo(ProtocolKind.SECAGG_PLUS);
      }
    }
    assertThat(TaskConfig.parse(SECURE + "cohort: {target: 20000}").secureAggregation())
        .hasValueSatisfying(secure -> assertThat(secure.minimumSurvivors()).isEqualTo(256));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cohort: {target: 2}  | cohort.target must be at least 3 and cohort.minimum at least 2 with"
            + " protocol secagg, not 2",
        "cohort: {target: 3, minimum: 1}  | not 3 and 1",
        "cohort: {target: 10, overSelection: 3} | lower cohort.overSelection",
        "cohort: {target: 10}#secureAggregation: {dropoutFraction: 0.6} | lower the dropout"
            + " fraction",
        "cohort: {target: 10}#secureAggregation: {minimumSurvivors: 40} |"
            + " secureAggregation.minimumSurvivors must be at most",
        "cohort: {target: 10}#secureAggregation: {minimumSurvivors: 11} | minimumSurvivors",
        "cohort: {target: 10}#secureAggregation: {suite: quantum} | secureAggregation.suite must be"
            + " 'classic' or 'hybrid', not 'quantum'",
        "cohort: {target: 10}#secureAggregation: {confirmation: 1} | secureAggregation.confirmation"
            + " must be true or false",
        "cohort: {target: 10}#secureAggregation: {corruptFraction: 0.00005} | multiple of 0.0001",
        "cohort: {target: 10}#secureAggregation: {suit: classic} | did you mean 'suite'",
        "cohort: {target: 10}#protocol: none | protocol must be 'plain' or 'secagg', not 'none'",
        "cohort: {target: 10}#protocol: plain#secureAggregation: {} | secureAggregation must be"
            + " absent when protocol is plain",
      })
  void secureAggregation_thatCannotBe_isRefusedWithWhatToChange(String lines, String message) {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(() -> TaskConfig.parse(SECURE + lines.replace('#', '\n')))
        .withMessageContaining(message);
  }

  @Test
  void evaluation_namesTheTaskItMeasures() {
    var config =
        TaskConfig.parse(
            "{\"name\":\"e\",\"population\":\"p\",\"kind\":\"evaluation\",\"evaluates\":\"digits\","
                + "\"cohort\":{\"target\":5}}");

    assertThat(config.kind()).isEqualTo(RoundKind.EVALUATION);
    assertThat(config.work()).isEqualTo(new TaskConfig.Evaluating(new TaskName("digits")));
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
  }

  @Test
  void clipNorm_none_isInfinite() {
    var config = TaskConfig.parse(LEAST + "cohort: {target: 2}\nquantization: {clipNorm: none}");

    assertThat(((TaskConfig.Training) config.work()).quantization().clipNorm()).isInfinite();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cohort: {target: 2, minimun: 1}             | unknown key 'cohort.minimun'  | did you mean"
            + " 'minimum'",
        "cohorts: {target: 2}                        | 'cohort.target' is missing    |"
            + " cohort.target",
        "cohort: {target: 0}                         | cohort.target must be in [1, 65536], not '0'"
            + " | cohort.target",
        "cohort: {target: 2, minimum: 3}             | cohort.minimum must be at most cohort.target"
            + " (2) | not '3'",
        "cohort: {target: 2, overSelection: 0.5}     | cohort.overSelection must be in [1, 10] |"
            + " not '0.5'",
        "cohort: {target: two}                       | cohort.target must be a whole number | not"
            + " 'two'",
        "cohort: {target: 2.5}                       | cohort.target must be a whole number | not"
            + " '2.5'",
        "cohort: 5                                   | cohort must be a mapping      | not '5'",
        "{cohort: {target: 2}                        | not YAML or JSON (line         | column",
        "cohort: {target: 2, target: 3}              | not YAML or JSON              | target",
      })
  void mistakes_areNamedWithWhatWasExpected(String line, String message, String also) {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(() -> TaskConfig.parse(LEAST + line))
        .withMessageContaining(message)
        .withMessageContaining(also);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quantization: {bits: 12}                  | bits: expected 8 or 16, got 12",
        "quantization: {range: 0}                  | quantization.range must be in",
        "training: {learningRate: -1}              | training.learningRate must be in",
        "training: {learningRate: none}            | training.learningRate must be a number, not"
            + " 'none'",
        "optimizer: {momentum: 1}                  | optimizer.momentum must be in [0, 1), not '1'",
        "deadlines: {reportingSeconds: 0}          | deadlines.reportingSeconds must be in",
        "eligibility: {minSdkVersion: newest}      | eligibility.minSdkVersion",
        "eligibility: {attributes: {os: 3}}        | eligibility.attributes.os must be a text"
            + " (quote it)",
        "until: {targetMetric: {name: acuracy, value: 1}} | did you mean 'accuracy'",
        "pace: {floorSeconds: 9, ceilingSeconds: 3} | pace.ceilingSeconds must be at least"
            + " pace.floorSeconds, not '3'",
        "kind: both                                | kind must be 'training' or 'evaluation', not"
            + " 'both'",
        "evaluates: digits                         | unknown key 'evaluates'",
        "seed: 1.5                                 | seed must be a whole number",
        "initialModel: abc                         | initialModel",
      })
  void impossibleValues_areRefused(String line, String message) {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(() -> TaskConfig.parse(LEAST + "cohort: {target: 4}\n" + line))
        .withMessageContaining(message);
  }

  @Test
  void constructors_refuseWhatNoDocumentMaySay() {
    var day = Duration.ofDays(1);
    refuses("cohort.minimum must be at most", () -> new TaskConfig.Cohort(2, 1, 3));
    refuses("cohort.target must be in [1, 65536]", () -> new TaskConfig.Cohort(65_537, 1, 1));
    refuses("cohort.overSelection", () -> new TaskConfig.Cohort(2, Double.NaN, 1));
    refuses("not '0'", () -> new TaskConfig.Deadlines(Duration.ZERO, day));
    refuses("deadlines.reporting", () -> new TaskConfig.Deadlines(day, day.plusNanos(1_000_000)));
    refuses("separation.rounds", () -> new TaskConfig.Separation(-1, Duration.ZERO));
    refuses("pace.ceilingSeconds", () -> new TaskConfig.Pace(day, Duration.ofHours(1), day, 0));
    refuses("until.rounds", () -> new TaskConfig.Until(Optional.of(0L), Optional.empty()));
    refuses("optimizer.momentum", () -> new TaskConfig.Optimizer(1, 1));
    refuses("quantization.clipNorm", () -> new TaskConfig.Quantization(16, Float.NaN, 1, 1));
    var fine = TaskConfig.parse(LEAST + "cohort: {target: 10}");
    var training = (TaskConfig.Training) fine.work();
    refuses(
        "quantization: bits: expected 8 or 16, got 12",
        () ->
            new TaskConfig(
                fine.name(),
                fine.population(),
                new TaskConfig.Training(
                    training.model(),
                    training.initial(),
                    new TaskConfig.Quantization(12, 1, 1, 1),
                    training.training(),
                    training.optimizer()),
                fine.cohort(),
                fine.deadlines(),
                fine.separation(),
                fine.eligibility(),
                fine.until(),
                fine.pace(),
                fine.secureAggregation(),
                fine.retraining()));
  }

  private static void refuses(String message, ThrowingCallable constructor) {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(constructor)
        .withMessageContaining(message);
  }

  @Test
  void leastAndMost_areWithinTheBounds() {
    var config =
        TaskConfig.parse(
            LEAST
                + """
                cohort: {target: 1, overSelection: 10, minimum: 1}
                quantization: {range: 1e-6, maxExamples: 1}
                deadlines: {selectionSeconds: 0.001, reportingSeconds: 86400}
                pace: {floorSeconds: 0, ceilingSeconds: 604800, slotSeconds: 0.001, smallPopulation: 0}
                """);

    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
  }

  @Test
  void model_mistakes_areReportedUnderTheirKey() {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(
            () -> TaskConfig.parse(LEAST.replace("units: 3", "unit: 3") + "cohort: {target: 4}"))
        .withMessageContaining("model")
        .withMessageContaining("units");
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(
            () ->
                TaskConfig.parse(
                    LEAST + "cohort: {target: 4}\nseed: 1\ninitialModel: " + "ab".repeat(32)))
        .withMessageContaining("seed must be absent when initialModel is given");
    assertThatExceptionOfType(TaskConfigException.class).isThrownBy(() -> TaskConfig.parse(""));
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(() -> TaskConfig.parse(LEAST + "cohort: {target: 4}\n---\nname: other"))
        .withMessageContaining("one document");
  }

  @Test
  void sumTooWideForItsModulus_isRefusedWithWhatToChange() {
    assertThat(
            TaskConfig.parse(LEAST + "cohort: {target: 65536, overSelection: 1}").cohort().target())
        .isEqualTo(65536); // 16 bits + 16 bits: just fits
  }
}
