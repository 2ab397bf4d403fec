package dev.tributary.simulations.scenario;

import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.data.source.DataSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** A scenario as keys and words, in the order a report shows them. */
final class ScenarioSettings {

  private static final double MYRIAD = 10_000;

  private ScenarioSettings() {}

  static Map<String, String> of(Scenario scenario) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (!scenario.description().isEmpty()) {
      settings.put("description", scenario.description());
    }
    settings.put("data", data(scenario.data()));
    settings.put("partition", partition(scenario.partition()));
    settings.put("model", scenario.model().label());
    settings.put("devices", Integer.toString(scenario.devices()));
    settings.put("cohort", Integer.toString(scenario.cohort()));
    settings.put("minimumReports", Integer.toString(scenario.minimumReports()));
    settings.put("rounds", Integer.toString(scenario.rounds()));
    settings.put("training.epochs", Integer.toString(scenario.training().epochs()));
    settings.put("training.batchSize", Integer.toString(scenario.training().batchSize()));
    settings.put("training.learningRate", Float.toString(scenario.training().learningRate()));
    settings.put("training.momentum", Float.toString(scenario.training().momentum()));
    settings.put("server.optimizer", "fedavg");
    settings.put("server.learningRate", Float.toString(scenario.server().learningRate()));
    settings.put("server.momentum", Float.toString(scenario.server().momentum()));
    settings.put("quantization.bits", Integer.toString(scenario.quantization().bits()));
    settings.put(
        "quantization.clipNorm",
        Float.isInfinite(scenario.quantization().clipNorm())
            ? "none"
            : Float.toString(scenario.quantization().clipNorm()));
    settings.put("quantization.range", Float.toString(scenario.quantization().range()));
    settings.put(
        "quantization.maxExamples",
        scenario.quantization().maxExamples().isPresent()
            ? Integer.toString(scenario.quantization().maxExamples().getAsInt())
            : "auto");
    settings.put("behaviour.dropOutRate", Double.toString(scenario.behaviour().dropOutRate()));
    settings.put("behaviour.dropOuts", Integer.toString(scenario.behaviour().dropOuts()));
    scenario
        .secureAggregation()
        .ifPresent(
            secure ->
                settings.put(
                    "behaviour.dropOutStep",
                    scenario.behaviour().dropOutStep().map(DropOutStep::code).orElse("any")));
    settings.put("behaviour.latency", latency(scenario.behaviour().latency()));
    double deadlineMillis = scenario.behaviour().deadlineMillis();
    settings.put(
        "behaviour.deadlineMillis",
        Double.isInfinite(deadlineMillis) ? "none" : Double.toString(deadlineMillis));
    settings.put("transport", scenario.transport().code());
    settings.put("protocol", SecureAggregationReader.code(scenario.protocol()));
    scenario.secureAggregation().ifPresent(secure -> putAll(settings, secure));
    settings.put("runtime", scenario.runtime().code());
    settings.put("threads", Integer.toString(scenario.threads()));
    settings.put("evaluateEvery", Integer.toString(scenario.evaluateEvery()));
    scenario
        .targetAccuracy()
        .ifPresent(target -> settings.put("targetAccuracy", Double.toString(target)));
    settings.put("seed", Long.toString(scenario.seed()));
    return settings;
  }

  private static void putAll(Map<String, String> settings, SecureAggregation secure) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("suite", SecureAggregationReader.code(secure.suite()));
    values.put("adversary", SecureAggregationReader.code(secure.adversary()));
    values.put("corruptFraction", secure.corruptPerMyriad() / MYRIAD);
    values.put("dropoutFraction", secure.dropoutPerMyriad() / MYRIAD);
    values.put("securityBits", secure.securityBits());
    values.put("correctnessBits", secure.correctnessBits());
    values.put("minimumSurvivors", secure.minimumSurvivors());
    values.put("confirmation", secure.confirmation());
    values.forEach((key, value) -> settings.put("secureAggregation." + key, value.toString()));
  }

  private static String data(DataSource source) {
    return switch (source) {
      case DataSource.Strokes strokes ->
          "strokes, " + strokes.parameters().examplesPerDevice() + " examples a device";
      case DataSource.Shakespeare plays ->
          "shakespeare, " + plays.sequenceLength() + " characters, stride " + plays.stride();
      case DataSource.Csv csv -> "csv, " + csv.file().getFileName();
      case DataSource.Mnist mnist -> mnist.name();
      case DataSource.Idx idx -> "idx, " + idx.directory().getFileName();
      case DataSource.Heart heart -> heart.name();
    };
  }

  private static String partition(Partition partition) {
    return switch (partition) {
      case Partition.Iid iid -> iid.kind();
      case Partition.Natural natural -> natural.kind();
      case Partition.Shards shards -> "shards, " + shards.shardsPerDevice() + " a device";
      case Partition.Dirichlet dirichlet -> "dirichlet, alpha " + dirichlet.alpha();
      case Partition.Quantity quantity -> "quantity, alpha " + quantity.alpha();
    };
  }

  private static String latency(Latency latency) {
    return switch (latency) {
      case Latency.Fixed fixed -> fixed.millis() + " ms";
      case Latency.Uniform uniform ->
          uniform.minimumMillis() + " to " + uniform.maximumMillis() + " ms";
      case Latency.LogNormal spread ->
          "log-normal, median " + spread.medianMillis() + " ms, spread " + spread.spread();
    };
  }
}
