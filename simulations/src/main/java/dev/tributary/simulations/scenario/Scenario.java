package dev.tributary.simulations.scenario;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.data.source.DataSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A simulation to run, complete and checked: every value is in its range and fits the others. What
 * only the data can tell (whether the model fits the rows, whether the rows suffice for the
 * devices) is checked when they are loaded.
 *
 * @param name what the run is called in tables and reports
 * @param description one or two sentences for the report, may be empty
 * @param seed everything random in the run follows it
 * @param devices how many devices hold data
 * @param cohort how many of them are chosen each round, at most {@code devices}
 * @param minimumReports a round with fewer updates changes nothing, at most {@code cohort}
 * @param rounds how many rounds are run
 * @param training what a device does with its rows
 * @param secureAggregation how updates are masked; empty where the server may read them
 * @param threads how many devices train at the same time; the result does not depend on it
 * @param evaluateEvery the model is evaluated after each round whose number this divides, and after
 *     the last
 * @param targetAccuracy the run ends early when an evaluation reaches it
 */
public record Scenario(
    String name,
    String description,
    long seed,
    DataSource data,
    Partition partition,
    ModelChoice model,
    int devices,
    int cohort,
    int minimumReports,
    int rounds,
    TrainingParameters training,
    Server server,
    Quantization quantization,
    Behaviour behaviour,
    TransportKind transport,
    Optional<SecureAggregation> secureAggregation,
    RuntimeChoice runtime,
    int threads,
    int evaluateEvery,
    OptionalDouble targetAccuracy) {

  /**
   * Refuses counts that do not fit each other.
   *
   * @throws ScenarioException naming the count, what was expected and what was found
   */
  public Scenario {
    requireBetween("devices", devices, 1, Integer.MAX_VALUE);
    requireBetween("cohort", cohort, 1, devices);
    requireBetween("minimumReports", minimumReports, 1, cohort);
    requireBetween("rounds", rounds, 1, Integer.MAX_VALUE);
    requireBetween("threads", threads, 1, Integer.MAX_VALUE);
    requireBetween("evaluateEvery", evaluateEvery, 1, Integer.MAX_VALUE);
  }

  private static void requireBetween(String key, int value, int minimum, int maximum) {
    if (value < minimum || value > maximum) {
      throw new ScenarioException(
          key
              + ": expected a whole number from "
              + minimum
              + " to "
              + maximum
              + ", found "
              + value);
    }
  }

  /**
   * Reads a scenario file.
   *
   * @param overrides {@code key=value}, dots between nested keys, the value as YAML: {@code
   *     data.dir=../mnist}, {@code rounds=50}, {@code partition.alpha=0.1}
   * @throws ScenarioException when the file cannot be read or anything in it or in the overrides is
   *     refused
   */
  public static Scenario read(Path file, List<String> overrides) {
    return ScenarioReader.read(ScenarioTree.read(file, overrides));
  }

  /**
   * Reads a scenario from text, as {@link #read} does from a file.
   *
   * @param origin what error messages call the text
   */
  public static Scenario parse(String origin, String yaml, List<String> overrides) {
    return ScenarioReader.read(ScenarioTree.parse(origin, yaml, overrides));
  }

  /**
   * The data that one line of words says, as the {@code data} section of a scenario does: {@code
   * strokes}, {@code strokes,imageSize=16}, {@code mnist,dir=../mnist}.
   *
   * @param origin what error messages call the line
   * @throws ScenarioException when anything in it is refused
   */
  public static DataSource data(String origin, String words) {
    List<String> keys = new ArrayList<>();
    for (String word : words.split(",", -1)) {
      keys.add((keys.isEmpty() ? "data.name=" : "data.") + word);
    }
    return DataSourceReader.read(ScenarioTree.parse(origin, "{data: {}}", keys).section("data"));
  }

  /** How the updates of a round are summed. */
  public ProtocolKind protocol() {
    return secureAggregation.isPresent() ? ProtocolKind.SECAGG_PLUS : ProtocolKind.PLAIN;
  }

  /** Reads or generates the data set. */
  public Dataset loadData() {
    return data.load(devices, seed);
  }

  /**
   * The specification of the model for these rows.
   *
   * @throws ScenarioException when the model takes other rows or tells other classes
   */
  public ModelSpec modelFor(Dataset dataset) {
    return model.specFor(dataset);
  }

  /** For each device the numbers of its training rows. */
  public int[][] rowsByDevice(Dataset dataset) {
    return partition.rowsByDevice(dataset, devices, seed);
  }

  /** Whether the model is to be evaluated after this round, counted from 1. */
  public boolean evaluatesAfter(int round) {
    return round % evaluateEvery == 0 || round == rounds;
  }

  /** The settings in force, by key, in the order to show them. */
  public Map<String, String> settings() {
    return ScenarioSettings.of(this);
  }

  /**
   * What the server does with the mean update: one step of FedAvg.
   *
   * @param learningRate the step's length; 1 adopts the mean
   * @param momentum of the server, in [0, 1)
   */
  public record Server(float learningRate, float momentum) {

    public Server {
      if (!(learningRate > 0 && learningRate < Float.POSITIVE_INFINITY)
          || !(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException(
            "server: expected learningRate above 0 and momentum in [0, 1), found "
                + learningRate
                + " and "
                + momentum);
      }
    }
  }

  /**
   * How updates become integers.
   *
   * @param bits of one coordinate, 8 or 16
   * @param clipNorm the largest length of an update, infinite for no clipping
   * @param range the largest absolute value of a coordinate; what lies beyond is cut off
   * @param maxExamples the example count of weight 1, empty for that of the largest device
   */
  public record Quantization(int bits, float clipNorm, float range, OptionalInt maxExamples) {}

  /**
   * What devices do that coordinators must live with.
   *
   * @param dropOutRate the probability that a chosen device drops out of a round, in [0, 1)
   * @param dropOuts so many of the chosen devices drop out of each round whatever the rate
   * @param dropOutStep when devices of a secure round do; empty for any step, as the seed has it
   * @param latency how long a device takes besides training
   * @param deadlineMillis a device with a greater latency drops out, infinite for no deadline
   */
  public record Behaviour(
      double dropOutRate,
      int dropOuts,
      Optional<DropOutStep> dropOutStep,
      Latency latency,
      double deadlineMillis) {

    public Behaviour {
      if (!(dropOutRate >= 0 && dropOutRate < 1)) {
        throw new IllegalArgumentException(
            "dropOutRate: expected a number in [0, 1), found " + dropOutRate);
      }
    }
  }
}
