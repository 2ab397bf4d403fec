package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.NearestName;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.coordinator.publish.artifact.VersionMaker;
import dev.tributary.coordinator.publish.rollout.PlanDocument;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.round.plan.SecureAggregation;
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
import dev.tributary.coordinator.schedule.retrain.Retraining;
import dev.tributary.coordinator.schedule.retrain.Retraining.DriftRule;
import dev.tributary.coordinator.schedule.retrain.Retraining.PromotionRule;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the document of a task: one method for each section. The bounds are those of {@link
 * TaskConfig}; checked here too, so that a refusal shows what was written.
 */
final class TaskConfigReader {
  private static final double DAY_SECONDS = 86_400;
  private static final Map<String, Metric> METRICS =
      Map.of("accuracy", Metric.ACCURACY, "macroF1", Metric.MACRO_F1, "loss", Metric.LOSS);

  private static final Map<String, ProtocolKind> PROTOCOLS =
      Map.of("secagg", ProtocolKind.SECAGG_PLUS, "plain", ProtocolKind.PLAIN);

  private TaskConfigReader() {}

  static Optional<ModelDigest> networkWanted(ConfigNode root) {
    return root.has("model") ? Optional.empty() : initialModel(root);
  }

  private static Optional<ModelDigest> initialModel(ConfigNode root) {
    return root.optionalParsed("initialModel", ModelDigest::new);
  }

  static TaskConfig read(ConfigNode root, String protocol, Optional<ModelSpec> network) {
    var name = root.parsed("name", TaskName::new);
    var population = root.parsed("population", PopulationName::new);
    boolean training = !root.has("kind") || kind(root).equals("training");
    boolean secure = root.choice("protocol", PROTOCOLS, protocol) == ProtocolKind.SECAGG_PLUS;
    Cohort cohort = cohort(root.section("cohort"), secure);
    Work work =
        training
            ? training(root, network)
            : new Evaluating(root.parsed("evaluates", TaskName::new));
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
            pace(root.section("pace")),
            secureAggregation(root, cohort, secure),
            retraining(root));
    root.finish();
    return config;
  }

  private static Optional<SecureAggregation> secureAggregation(
      ConfigNode root, Cohort cohort, boolean secure) {
    root.require(
        "secureAggregation",
        secure || !root.has("secureAggregation"),
        "absent when protocol is plain");
    return secure
        ? Optional.of(SecureCohort.read(root.section("secureAggregation"), cohort))
        : Optional.empty();
  }

  private static Optional<Retraining> retraining(ConfigNode root) {
    if (!root.has("retraining")) {
      return Optional.empty();
    }
    ConfigNode node = root.section("retraining");
    Optional<Duration> every =
        node.has("everySeconds")
            ? Optional.of(
                Duration.ofSeconds(node.wholeNumber("everySeconds", 1, Retraining.MOST_SECONDS)))
            : Optional.empty();
    Optional<DriftRule> drift =
        node.has("drift") ? Optional.of(drift(node.section("drift"))) : Optional.empty();
    Optional<PromotionRule> promotion =
        node.has("promote") ? Optional.of(promotion(node.section("promote"))) : Optional.empty();
    node.finish();
    return Optional.of(node.checked(() -> new Retraining(every, drift, promotion)));
  }

  private static DriftRule drift(ConfigNode node) {
    TaskName evaluation = node.parsed("evaluatedBy", TaskName::new);
    int window = node.integer("window", 1, 1000, 3);
    Optional<Double> index = optionalNumber(node, "stabilityIndex", 1e6);
    Optional<Double> drop = optionalNumber(node, "accuracyDrop", 1);
    long minimum = node.integer("minimumExamples", 1, Integer.MAX_VALUE, 200);
    node.finish();
    return node.checked(() -> new DriftRule(evaluation, window, index, drop, minimum));
  }

  private static Optional<Double> optionalNumber(ConfigNode node, String key, double most) {
    return node.has(key) ? Optional.of(node.number(key, 0, most)) : Optional.empty();
  }

  private static PromotionRule promotion(ConfigNode node) {
    ChannelName channel = node.parsed("channel", ChannelName::new);
    Set<ArtifactKind> kinds = EnumSet.noneOf(ArtifactKind.class);
    for (String kind : node.texts("kinds")) {
      Optional<ArtifactKind> known = ArtifactKind.ofCode(kind).filter(VersionMaker.KINDS::contains);
      node.require(
          "kinds",
          known.isPresent(),
          "of "
              + VersionMaker.KINDS.stream().map(ArtifactKind::code).sorted().toList()
              + ", which are made here");
      known.ifPresent(kinds::add);
    }
    Optional<RolloutPlan> plan =
        node.has("plan")
            ? Optional.of(node.checked(() -> PlanDocument.parse(node.json("plan"))))
            : Optional.empty();
    boolean approval = node.flag("approval", false);
    node.finish();
    return new PromotionRule(channel, kinds, plan, approval);
  }

  private static String kind(ConfigNode root) {
    String kind = root.text("kind");
    root.require(
        "kind", kind.equals("training") || kind.equals("evaluation"), "'training' or 'evaluation'");
    return kind;
  }

  private static Training training(ConfigNode root, Optional<ModelSpec> network) {
    ModelSpec model =
        network.isPresent() && !root.has("model")
            ? network.get()
            : root.section("model").checked(() -> ModelSpec.fromJson(root.json("model")));
    var quantization = quantization(root.section("quantization"));
    return new Training(
        model,
        initial(root),
        quantization,
        steps(root.section("training")),
        optimizer(root.section("optimizer")));
  }

  private static Initial initial(ConfigNode root) {
    var version = initialModel(root);
    root.require(
        "seed", version.isEmpty() || !root.has("seed"), "absent when initialModel is given");
    return version.isPresent()
        ? new Initial.Version(version.get())
        : new Initial.Seed(
            root.has("seed") ? root.wholeNumber("seed", Long.MIN_VALUE, Long.MAX_VALUE) : 0);
  }

  private static Quantization quantization(ConfigNode node) {
    int bits = node.integer("bits", Quantization.BITS, 16);
    float clipNorm =
        (float) node.number("clipNorm", Quantization.CLIP_NORM, Double.POSITIVE_INFINITY);
    float range = (float) node.number("range", Quantization.RANGE, 1);
    int maxExamples = node.integer("maxExamples", Quantization.MAX_EXAMPLES, 1000);
    node.finish();
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
    float learningRate = (float) node.number("learningRate", Optimizer.LEARNING_RATE, 1);
    float momentum = (float) node.number("momentum", Optimizer.MOMENTUM, 0);
    node.finish();
    return new Optimizer(learningRate, momentum);
  }

  private static Cohort cohort(ConfigNode node, boolean secure) {
    int target = node.integer("target", Cohort.TARGET);
    double overSelection =
        node.number(
            "overSelection",
            Cohort.OVER_SELECTION,
            secure ? SecureCohort.overSelection(target) : 1.3);
    int minimum = node.integer("minimum", Cohort.TARGET, Math.ceilDiv(target * 4, 5));
    node.finish();
    return new Cohort(target, overSelection, minimum);
  }

  private static Deadlines deadlines(ConfigNode node) {
    var selection = seconds(node, "selectionSeconds", Deadlines.SECONDS, 60);
    var reporting = seconds(node, "reportingSeconds", Deadlines.SECONDS, 600);
    node.finish();
    return new Deadlines(selection, reporting);
  }

  private static Separation separation(ConfigNode node) {
    int rounds = node.integer("rounds", Separation.ROUNDS, 0);
    var time = seconds(node, "seconds", Separation.SECONDS, 0);
    node.finish();
    return new Separation(rounds, time);
  }

  private static Eligibility eligibility(ConfigNode node) {
    var version =
        node.optionalParsed("minSdkVersion", SdkVersion::of).orElse(new SdkVersion(0, 0, 0));
    int minExamples = node.integer("minExamples", Eligibility.MIN_EXAMPLES, 1);
    Map<String, String> attributes = node.textsByName("attributes");
    List<String> runtimes = node.texts("runtimes");
    node.finish();
    return new Eligibility(version, minExamples, attributes, runtimes);
  }

  private static Until until(ConfigNode node) {
    Optional<Long> rounds =
        node.has("rounds")
            ? Optional.of((long) node.integer("rounds", Until.ROUNDS))
            : Optional.empty();
    Optional<TargetMetric> metric = Optional.empty();
    if (node.has("targetMetric")) {
      var target = node.section("targetMetric");
      metric =
          Optional.of(
              new TargetMetric(
                  target.parsed("name", TaskConfigReader::metric),
                  target.number("value", TargetMetric.VALUE)));
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
    var floor = seconds(node, "floorSeconds", Pace.FLOOR_SECONDS, 1);
    var ceiling = seconds(node, "ceilingSeconds", Pace.CEILING_SECONDS, DAY_SECONDS);
    var slot = seconds(node, "slotSeconds", Pace.SLOT_SECONDS, 60);
    int small = node.integer("smallPopulation", Pace.SMALL_POPULATION, 1000);
    node.finish();
    return new Pace(floor, ceiling, slot, small);
  }

  private static Duration seconds(ConfigNode node, String key, Bounds bounds, double otherwise) {
    return Duration.ofNanos(Math.round(node.number(key, bounds, otherwise) * 1e9));
  }
}
