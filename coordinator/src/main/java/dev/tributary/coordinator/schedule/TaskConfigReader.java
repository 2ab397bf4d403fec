package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.NearestName;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.coordinator.schedule.TaskConfig.Cohort;
import dev.tributary.coordinator.schedule.TaskConfig.Deadlines;
import dev.tributary.coordinator.schedule.TaskConfig.Eligibility;
import dev.tributary.coordinator.schedule.TaskConfig.Evaluating;
import dev.tributary.coordinator.schedule.TaskConfig.Initial;
import dev.tributary.coordinator.schedule.TaskConfig.Metric;
import dev.tributary.coordinator.schedule.TaskConfig.Optimizer;
import dev.tributary.coordinator.schedule.TaskConfig.Pace;
import dev.tributary.coordinator.schedule.TaskConfig.Quantization;
import dev.tributary.coordinator.schedule.TaskConfig.Separation;
import dev.tributary.coordinator.schedule.TaskConfig.TargetMetric;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import dev.tributary.coordinator.schedule.TaskConfig.Until;
import dev.tributary.coordinator.schedule.TaskConfig.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the document of a task: one method for each section, each bound in one place. */
final class TaskConfigReader {
  /** With more devices in one sum a round needs shards. */
  static final int MAX_TARGET_COUNT = 65_536;

  private static final int MAX_ATTRIBUTE_COUNT = 32;
  private static final int MAX_ATTRIBUTE_CHARS = 64;
  private static final double DAY_SECONDS = 86_400;
  private static final double MIN_SECONDS = 0.001;
  private static final Map<String, Metric> METRICS =
      Map.of("accuracy", Metric.ACCURACY, "macroF1", Metric.MACRO_F1, "loss", Metric.LOSS);

  private TaskConfigReader() {}

  static TaskConfig read(ConfigNode root) {
    var name = root.parsed("name", TaskName::new);
    var population = root.parsed("population", PopulationName::new);
    boolean training = !root.has("kind") || kind(root).equals("training");
    Cohort cohort = cohort(root.section("cohort"));
    Work work =
        training ? training(root, cohort) : new Evaluating(root.parsed("evaluates", TaskName::new));
    var config =
        new TaskConfig(
            name,
            population,
            work,
            cohort,
            deadlines(root.section("deadlines")),
            separation(root.section("separation")),
            eligibility(root.section("eligibility")),
            until(root.section("until")),
            pace(root.section("pace")));
    root.finish();
    return config;
  }

  private static String kind(ConfigNode root) {
    String kind = root.text("kind");
    root.require(
        "kind", kind.equals("training") || kind.equals("evaluation"), "'training' or 'evaluation'");
    return kind;
  }

  private static Training training(ConfigNode root, Cohort cohort) {
    ModelSpec model = root.section("model").checked(() -> ModelSpec.fromJson(root.json("model")));
    var quantization = quantization(root.section("quantization"), model, cohort);
    return new Training(
        model,
        initial(root),
        quantization,
        steps(root.section("training")),
        optimizer(root.section("optimizer")));
  }

  private static Initial initial(ConfigNode root) {
    var version = root.optionalParsed("initialModel", ModelDigest::new);
    root.require(
        "seed", version.isEmpty() || !root.has("seed"), "absent when initialModel is given");
    return version.isPresent()
        ? new Initial.Version(version.get())
        : new Initial.Seed(
            root.has("seed") ? root.wholeNumber("seed", Long.MIN_VALUE, Long.MAX_VALUE) : 0);
  }

  private static Quantization quantization(ConfigNode node, ModelSpec model, Cohort cohort) {
    int bits = node.integer("bits", 8, 16, 16);
    float clipNorm =
        (float)
            node.number(
                "clipNorm", Float.MIN_NORMAL, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    float range = (float) node.number("range", 1e-6, 1e6, 1);
    int maxExamples = node.integer("maxExamples", 1, Integer.MAX_VALUE, 1000);
    node.finish();
    node.checked(
        () ->
            QuantizationParameters.forTraining(
                model.layout().dimension(), bits, clipNorm, range, maxExamples, cohort.target()));
    return new Quantization(bits, clipNorm, range, maxExamples);
  }

  private static TrainingParameters steps(ConfigNode node) {
    int epochs = node.integer("epochs", 1, 1000, 1);
    int batchSize = node.integer("batchSize", 1, 1 << 16, 32);
    float learningRate =
        (float) node.number("learningRate", Float.MIN_NORMAL, Float.MAX_VALUE, 0.1);
    float momentum = (float) node.number("momentum", 0, 1, 0);
    node.finish();
    return node.checked(() -> new TrainingParameters(epochs, batchSize, learningRate, momentum));
  }

  private static Optimizer optimizer(ConfigNode node) {
    float learningRate = (float) node.number("learningRate", Float.MIN_NORMAL, 1000, 1);
    float momentum = (float) node.number("momentum", 0, 1, 0);
    node.require("momentum", momentum < 1, "in [0, 1)");
    node.finish();
    return new Optimizer(learningRate, momentum);
  }

  private static Cohort cohort(ConfigNode node) {
    int target = node.integer("target", 1, MAX_TARGET_COUNT);
    double overSelection = node.number("overSelection", 1, 10, 1.3);
    int minimum = node.integer("minimum", 1, MAX_TARGET_COUNT, Math.ceilDiv(target * 4, 5));
    node.require("minimum", minimum <= target, "at most cohort.target (" + target + ")");
    node.finish();
    return new Cohort(target, overSelection, minimum);
  }

  private static Deadlines deadlines(ConfigNode node) {
    var selection = seconds(node, "selectionSeconds", MIN_SECONDS, DAY_SECONDS, 60);
    var reporting = seconds(node, "reportingSeconds", MIN_SECONDS, DAY_SECONDS, 600);
    node.finish();
    return new Deadlines(selection, reporting);
  }

  private static Separation separation(ConfigNode node) {
    int rounds = node.integer("rounds", 0, 1_000_000, 0);
    var time = seconds(node, "seconds", 0, 365 * DAY_SECONDS, 0);
    node.finish();
    return new Separation(rounds, time);
  }

  private static Eligibility eligibility(ConfigNode node) {
    var version =
        node.optionalParsed("minSdkVersion", SdkVersion::of).orElse(new SdkVersion(0, 0, 0));
    int minExamples = node.integer("minExamples", 0, Integer.MAX_VALUE, 1);
    Map<String, String> attributes = node.textsByName("attributes");
    node.require(
        "attributes",
        attributes.size() <= MAX_ATTRIBUTE_COUNT
            && attributes.entrySet().stream()
                .allMatch(
                    e ->
                        e.getKey().length() <= MAX_ATTRIBUTE_CHARS
                            && e.getValue().length() <= MAX_ATTRIBUTE_CHARS),
        "at most "
            + MAX_ATTRIBUTE_COUNT
            + " names and values of at most "
            + MAX_ATTRIBUTE_CHARS
            + " characters");
    List<String> runtimes = node.texts("runtimes");
    node.finish();
    return new Eligibility(version, minExamples, attributes, runtimes);
  }

  private static Until until(ConfigNode node) {
    Optional<Long> rounds =
        node.has("rounds")
            ? Optional.of(node.wholeNumber("rounds", 1, 1_000_000_000))
            : Optional.empty();
    Optional<TargetMetric> metric = Optional.empty();
    if (node.has("targetMetric")) {
      var target = node.section("targetMetric");
      metric =
          Optional.of(
              new TargetMetric(
                  target.parsed("name", TaskConfigReader::metric), target.number("value", 0, 1e9)));
      target.finish();
    }
    node.finish();
    return new Until(rounds, metric);
  }

  private static Metric metric(String name) {
    Metric metric = METRICS.get(name);
    if (metric == null) {
      throw new TaskConfigException(
          "unknown metric" + NearestName.suggestion(name, METRICS.keySet()));
    }
    return metric;
  }

  private static Pace pace(ConfigNode node) {
    var floor = seconds(node, "floorSeconds", 0, DAY_SECONDS, 1);
    var ceiling = seconds(node, "ceilingSeconds", MIN_SECONDS, 7 * DAY_SECONDS, DAY_SECONDS);
    node.require("ceilingSeconds", ceiling.compareTo(floor) >= 0, "at least pace.floorSeconds");
    var slot = seconds(node, "slotSeconds", MIN_SECONDS, DAY_SECONDS, 60);
    int small = node.integer("smallPopulation", 0, Integer.MAX_VALUE, 1000);
    node.finish();
    return new Pace(floor, ceiling, slot, small);
  }

  private static Duration seconds(
      ConfigNode node, String key, double least, double most, double otherwise) {
    return Duration.ofNanos(Math.round(node.number(key, least, most, otherwise) * 1e9));
  }
}
