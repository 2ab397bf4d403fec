package dev.tributary.simulations.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.scenario.Section.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The reading of a scenario's keys, each once and strictly. Keys, units and defaults are documented
 * in {@code docs/simulations.md}; a test keeps the two together.
 */
final class ScenarioReader {

  /** What a round number may be at most: far above any run, far below overflow. */
  static final int MAXIMUM_ROUNDS = 1_000_000;

  static final int MAXIMUM_DEVICES = 1_000_000;
  private static final int MAXIMUM_THREADS = 1024;

  /** Each of them, or any. */
  private static final List<Optional<DropOutStep>> DROP_OUT_STEPS =
      Stream.concat(
              Stream.of(Optional.<DropOutStep>empty()),
              Arrays.stream(DropOutStep.values()).map(Optional::of))
          .toList();

  private ScenarioReader() {}

  /** The scenario that these keys say. */
  static Scenario read(Section root) {
    String name = root.text("name").orElse("unnamed");
    String description = root.text("description").orElse("");
    int devices = root.requiredInteger("devices", 1, MAXIMUM_DEVICES);
    int cohort = root.integer("cohort", 1, devices, devices);
    int least = SecureAggregationReader.isSecure(root) ? Math.min(2, cohort) : 1;
    int minimumReports = root.integer("minimumReports", least, cohort, least);
    Scenario scenario =
        new Scenario(
            name,
            description,
            root.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(1L),
            DataSourceReader.read(root.section("data")),
            partition(root.section("partition")),
            model(root),
            devices,
            cohort,
            minimumReports,
            root.requiredInteger("rounds", 1, MAXIMUM_ROUNDS),
            training(root.section("training")),
            server(root.section("server")),
            quantization(root.section("quantization"), cohort),
            behaviour(root.section("behaviour"), cohort),
            root.choice("transport", List.of(TransportKind.values()), TransportKind::code)
                .orElse(TransportKind.DIRECT),
            SecureAggregationReader.read(root, cohort, minimumReports),
            root.choice("runtime", List.of(RuntimeChoice.values()), RuntimeChoice::code)
                .orElse(RuntimeChoice.AUTO),
            root.integer(
                "threads",
                1,
                MAXIMUM_THREADS,
                Math.min(MAXIMUM_THREADS, Runtime.getRuntime().availableProcessors())),
            root.integer("evaluateEvery", 1, MAXIMUM_ROUNDS, 1),
            optional(root.number("targetAccuracy", Range.INNER_FRACTION)));
    root.refuseOthers();
    requireKnownDevices(scenario);
    return scenario;
  }

  private static void requireKnownDevices(Scenario scenario) {
    if (scenario.partition() instanceof Partition.Natural && !scenario.data().knowsDevices()) {
      throw new ScenarioException(
          "partition.kind: expected iid, shards, dirichlet or quantity, because the rows of "
              + scenario.data().name()
              + " do not tell their device, found natural");
    }
  }

  private static OptionalDouble optional(Optional<Double> number) {
    return number.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /** A word, or a mapping that is a model specification. */
  private static ModelChoice model(Section root) {
    JsonNode model = root.raw("model");
    if (model.isObject()) {
      try {
        return new ModelChoice.Inline(ModelSpec.fromJson(model.toString()));
      } catch (ModelSpecException refused) {
        throw new ScenarioException("model: " + refused.getMessage(), refused);
      }
    }
    return new ModelChoice.Named(
        root.choice("model", List.of(ModelPreset.values()), ModelPreset::code)
            .orElseThrow(
                () ->
                    root.missing(
                        "model",
                        "a model specification or one of "
                            + String.join(", ", ModelPreset.codes()))));
  }

  private static Partition partition(Section section) {
    String kind =
        section
            .choice(
                "kind", List.of("iid", "shards", "dirichlet", "quantity", "natural"), word -> word)
            .orElse("iid");
    Partition partition =
        switch (kind) {
          case "shards" ->
              new Partition.Shards(section.integer("shardsPerDevice", 1, MAXIMUM_DEVICES, 2));
          case "dirichlet" -> new Partition.Dirichlet(section.number("alpha", Range.POSITIVE, 0.5));
          case "quantity" -> new Partition.Quantity(section.number("alpha", Range.POSITIVE, 1));
          case "natural" -> new Partition.Natural();
          default -> new Partition.Iid();
        };
    section.refuseOthers();
    return partition;
  }

  private static TrainingParameters training(Section section) {
    TrainingParameters training =
        new TrainingParameters(
            section.integer("epochs", 1, 1000, 1),
            section.integer("batchSize", 1, 65_536, 10),
            (float) section.requiredNumber("learningRate", Range.POSITIVE),
            (float) section.number("momentum", Range.FRACTION, 0));
    section.refuseOthers();
    return training;
  }

  private static Scenario.Server server(Section section) {
    section.choice("optimizer", List.of("fedavg"), word -> word);
    Scenario.Server server =
        new Scenario.Server(
            (float) section.number("learningRate", Range.POSITIVE, 1),
            (float) section.number("momentum", Range.FRACTION, 0));
    section.refuseOthers();
    return server;
  }

  private static Scenario.Quantization quantization(Section section, int cohort) {
    Scenario.Quantization quantization =
        new Scenario.Quantization(
            section.choice("bits", List.of(8, 16)).orElse(16),
            section
                .numberOr("none", "clipNorm", Range.POSITIVE)
                .map(Double::floatValue)
                .orElse(Float.POSITIVE_INFINITY),
            (float) section.number("range", Range.POSITIVE, 1),
            section.integerOr("auto", "maxExamples", 1, Integer.MAX_VALUE));
    section.refuseOthers();
    try {
      QuantizationParameters.forTraining(
          1, quantization.bits(), quantization.clipNorm(), quantization.range(), 1, cohort);
    } catch (IllegalArgumentException infeasible) {
      throw new ScenarioException(
          "quantization does not fit a cohort of " + cohort + ": " + infeasible.getMessage(),
          infeasible);
    }
    return quantization;
  }

  private static Scenario.Behaviour behaviour(Section section, int cohort) {
    double dropOutRate = section.number("dropOutRate", Range.FRACTION, 0);
    int dropOuts = section.integer("dropOuts", 0, cohort, 0);
    Optional<DropOutStep> dropOutStep =
        section
            .choice(
                "dropOutStep", DROP_OUT_STEPS, step -> step.map(DropOutStep::code).orElse("any"))
            .flatMap(step -> step);
    Latency latency = latency(section.section("latency"));
    double deadlineMillis =
        section.number("deadlineMillis", Range.POSITIVE).orElse(Double.POSITIVE_INFINITY);
    section.refuseOthers();
    return new Scenario.Behaviour(dropOutRate, dropOuts, dropOutStep, latency, deadlineMillis);
  }

  private static Latency latency(Section section) {
    String kind =
        section
            .choice("kind", List.of("fixed", "uniform", "lognormal"), word -> word)
            .orElse("fixed");
    Latency latency =
        switch (kind) {
          case "uniform" -> uniform(section);
          case "lognormal" ->
              new Latency.LogNormal(
                  section.requiredNumber("medianMillis", Range.NOT_NEGATIVE),
                  section.number("spread", Range.NOT_NEGATIVE, 0.5));
          default -> new Latency.Fixed(section.number("millis", Range.NOT_NEGATIVE, 0));
        };
    section.refuseOthers();
    return latency;
  }

  private static Latency uniform(Section section) {
    double minimum = section.requiredNumber("minimumMillis", Range.NOT_NEGATIVE);
    double maximum = section.requiredNumber("maximumMillis", Range.NOT_NEGATIVE);
    if (maximum < minimum) {
      throw section.refused(
          "maximumMillis",
          "at least minimumMillis (" + minimum + ")",
          section.raw("maximumMillis"));
    }
    return new Latency.Uniform(minimum, maximum);
  }
}
