package dev.tributary.coordinator.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.coordinator.publish.channel.RolloutJson;
import dev.tributary.coordinator.schedule.TaskConfig.Evaluating;
import dev.tributary.coordinator.schedule.TaskConfig.Initial;
import dev.tributary.coordinator.schedule.TaskConfig.Metric;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import dev.tributary.coordinator.schedule.retrain.Retraining;
import java.time.Duration;

/** Writes the canonical document of a task, with every default. */
final class TaskConfigWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TaskConfigWriter() {}

  static String write(TaskConfig config) {
    ObjectNode root = JSON.createObjectNode();
    root.put("name", config.name().text());
    root.put("population", config.population().text());
    switch (config.work()) {
      case Training training -> writeTraining(root, training);
      case Evaluating evaluating ->
          root.put("kind", "evaluation").put("evaluates", evaluating.task().text());
    }
    var cohort = config.cohort();
    root.putObject("cohort")
        .put("target", cohort.target())
        .put("overSelection", cohort.overSelection())
        .put("minimum", cohort.minimum());
    root.putObject("deadlines")
        .put("selectionSeconds", seconds(config.deadlines().selection()))
        .put("reportingSeconds", seconds(config.deadlines().reporting()));
    root.putObject("separation")
        .put("rounds", config.separation().rounds())
        .put("seconds", seconds(config.separation().time()));
    writeEligibility(root.putObject("eligibility"), config.eligibility());
    writeUntil(root.putObject("until"), config.until());
    var pace = config.pace();
    root.putObject("pace")
        .put("floorSeconds", seconds(pace.floor()))
        .put("ceilingSeconds", seconds(pace.ceiling()))
        .put("slotSeconds", seconds(pace.slot()))
        .put("smallPopulation", pace.smallPopulation());
    config
        .secureAggregation()
        .ifPresentOrElse(
            secure -> {
              root.put("protocol", "secagg");
              root.set("secureAggregation", JSON.valueToTree(SecureCohort.written(secure)));
            },
            () -> root.put("protocol", "plain"));
    config.retraining().ifPresent(rule -> writeRetraining(root.putObject("retraining"), rule));
    return root.toString();
  }

  private static void writeTraining(ObjectNode root, Training training) {
    root.put("kind", "training");
    try {
      root.set("model", JSON.readTree(training.model().canonicalJson()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a model specification must write itself as JSON", e);
    }
    switch (training.initial()) {
      case Initial.Seed initial -> root.put("seed", initial.seed());
      case Initial.Version initial -> root.put("initialModel", initial.digest().hex());
    }
    var quantization = root.putObject("quantization");
    quantization.put("bits", training.quantization().bits());
    if (Float.isInfinite(training.quantization().clipNorm())) {
      quantization.put("clipNorm", "none");
    } else {
      quantization.put("clipNorm", training.quantization().clipNorm());
    }
    quantization
        .put("range", training.quantization().range())
        .put("maxExamples", training.quantization().maxExamples());
    root.putObject("training")
        .put("epochs", training.training().epochs())
        .put("batchSize", training.training().batchSize())
        .put("learningRate", training.training().learningRate())
        .put("momentum", training.training().momentum());
    root.putObject("optimizer")
        .put("learningRate", training.optimizer().learningRate())
        .put("momentum", training.optimizer().momentum());
  }

  private static void writeEligibility(ObjectNode node, TaskConfig.Eligibility eligibility) {
    node.put("minSdkVersion", eligibility.minSdkVersion().toString());
    node.put("minExamples", eligibility.minExamples());
    var attributes = node.putObject("attributes");
    eligibility.attributes().forEach(attributes::put);
    var runtimes = node.putArray("runtimes");
    eligibility.runtimes().forEach(runtimes::add);
  }

  private static void writeUntil(ObjectNode node, TaskConfig.Until until) {
    until.rounds().ifPresent(rounds -> node.put("rounds", rounds));
    until
        .targetMetric()
        .ifPresent(
            target ->
                node.putObject("targetMetric")
                    .put("name", name(target.name()))
                    .put("value", target.value()));
  }

  private static void writeRetraining(ObjectNode node, Retraining rule) {
    rule.every().ifPresent(time -> node.put("everySeconds", time.toSeconds()));
    rule.drift()
        .ifPresent(
            drift -> {
              ObjectNode written =
                  node.putObject("drift")
                      .put("evaluatedBy", drift.evaluation().text())
                      .put("window", drift.window())
                      .put("minimumExamples", drift.minimumExamples());
              drift.stabilityIndex().ifPresent(index -> written.put("stabilityIndex", index));
              drift.accuracyDrop().ifPresent(drop -> written.put("accuracyDrop", drop));
            });
    rule.promotion()
        .ifPresent(
            promotion -> {
              ObjectNode written =
                  node.putObject("promote")
                      .put("channel", promotion.channel().text())
                      .put("approval", promotion.approval());
              var kinds = written.putArray("kinds");
              promotion.kinds().stream().map(ArtifactKind::code).sorted().forEach(kinds::add);
              promotion.plan().ifPresent(plan -> written.set("plan", RolloutJson.plan(plan)));
            });
  }

  private static String name(Metric metric) {
    return switch (metric) {
      case ACCURACY -> "accuracy";
      case MACRO_F1 -> "macroF1";
      case LOSS -> "loss";
    };
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
