package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.coordinator.schedule.retrain.Retraining;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator wants of a population: which model, trained how, by how many devices at a time,
 * until when. Every key with its unit and default is in {@code docs/tasks.md}; every constructor
 * refuses what is outside the bounds given there with a {@link TaskConfigException}.
 *
 * @param name unique on this coordinator
 * @param population whose devices take part
 * @param work what the devices do
 * @param secureAggregation how updates are masked; empty where the coordinator may read them
 * @param retraining when the finished task trains again; empty: never
 */
public record TaskConfig(
    TaskName name,
    PopulationName population,
    Work work,
    Cohort cohort,
    Deadlines deadlines,
    Separation separation,
    Eligibility eligibility,
    Until until,
    Pace pace,
    Optional<SecureAggregation> secureAggregation,
    Optional<Retraining> retraining) {

  private static final double DAY_SECONDS = 86_400;
  private static final Bounds LASTING = new Bounds(0.001, DAY_SECONDS);

  public TaskConfig {
    if (work instanceof Training training) {
      training.quantization().checkSum(training.model(), cohort);
    }
    secureAggregation.ifPresent(secure -> SecureCohort.check(secure, cohort));
    if (retraining.isPresent()) {
      require(work instanceof Training, "retraining is for training tasks");
      require(
          until.rounds().isPresent() || until.targetMetric().isPresent(),
          "retraining needs until.rounds or until.targetMetric: a task that never finishes never"
              + " begins again");
    }
  }

  /** The protocol of its rounds. */
  public ProtocolKind protocol() {
    return secureAggregation.isPresent() ? ProtocolKind.SECAGG_PLUS : ProtocolKind.PLAIN;
  }

  public RoundKind kind() {
    return switch (work) {
      case Training t -> RoundKind.TRAINING;
      case Evaluating e -> RoundKind.EVALUATION;
    };
  }

  /**
   * Reads YAML or JSON.
   *
   * @throws TaskConfigException for an unknown key (with the nearest known one), a missing one, a
   *     value of the wrong type or outside its bounds, or values that cannot work together
   */
  public static TaskConfig parse(String yamlOrJson) {
    return parse(yamlOrJson, Optional.empty());
  }

  /**
   * {@link #parse(String)}, of a document that may leave its {@code model} out.
   *
   * @param network of its {@code initialModel}, where it leaves it out
   */
  public static TaskConfig parse(String yamlOrJson, Optional<ModelSpec> network) {
    return TaskConfigReader.read(ConfigNode.parse(yamlOrJson), "secagg", network);
  }

  /**
   * The {@code initialModel} of a document that does not say its {@code model}, which is that
   * one's.
   *
   * @throws TaskConfigException when it is no document, or the name is none
   */
  public static Optional<ModelDigest> networkWanted(String yamlOrJson) {
    return TaskConfigReader.networkWanted(ConfigNode.parse(yamlOrJson));
  }

  /**
   * Reads what {@link #toJson} wrote, also when it was written before tasks had a protocol: their
   * rounds were plain, and stay so.
   */
  public static TaskConfig parseStored(String json) {
    return TaskConfigReader.read(ConfigNode.parse(json), "plain", Optional.empty());
  }

  /**
   * One JSON object that {@link #parse} reads back as an equal configuration, every default written
   * out.
   */
  public String toJson() {
    return TaskConfigWriter.write(this);
  }

  /** What the devices of a task do. */
  public sealed interface Work {}

  /** Train a model together. */
  public record Training(
      ModelSpec model,
      Initial initial,
      Quantization quantization,
      TrainingParameters training,
      Optimizer optimizer)
      implements Work {}

  /** Measure the newest model of a training task on their own data. */
  public record Evaluating(TaskName task) implements Work {}

  /** Where the first model comes from. */
  public sealed interface Initial {
    /** Fresh weights, drawn from this seed. */
    record Seed(long seed) implements Initial {}

    /** A version that this coordinator has already, or an artifact that was uploaded to it. */
    record Version(ModelDigest digest) implements Initial {}
  }

  /**
   * How an update becomes integers.
   *
   * @param bits of one quantised coordinate, 8 or 16
   * @param clipNorm bound of an update's Euclidean norm, above 0; infinite means none
   * @param range bound of each coordinate, above 0
   * @param maxExamples example count at which a device's weight stops growing
   */
  public record Quantization(int bits, float clipNorm, float range, int maxExamples) {
    static final Bounds BITS = new Bounds(8, 16);
    static final Bounds CLIP_NORM = new Bounds(Float.MIN_NORMAL, Double.POSITIVE_INFINITY);
    static final Bounds RANGE = new Bounds(1e-6, 1e6);
    static final Bounds MAX_EXAMPLES = new Bounds(1, Integer.MAX_VALUE);

    public Quantization {
      BITS.check("quantization.bits", bits);
      CLIP_NORM.check("quantization.clipNorm", clipNorm);
      RANGE.check("quantization.range", range);
      MAX_EXAMPLES.check("quantization.maxExamples", maxExamples);
    }

    private void checkSum(ModelSpec model, Cohort cohort) {
      try {
        QuantizationParameters.forTraining(
            model.layout().dimension(), bits, clipNorm, range, maxExamples, cohort.target());
      } catch (IllegalArgumentException e) {
        throw new TaskConfigException("quantization: " + e.getMessage());
      }
    }
  }

  /**
   * How the mean of the updates moves the model: federated averaging.
   *
   * @param momentum in [0, 1)
   */
  public record Optimizer(float learningRate, float momentum) {
    static final Bounds LEARNING_RATE = new Bounds(Float.MIN_NORMAL, 1000);
    static final Bounds MOMENTUM = new Bounds(0, 1);

    public Optimizer {
      LEARNING_RATE.check("optimizer.learningRate", learningRate);
      MOMENTUM.check("optimizer.momentum", momentum);
      require(momentum < 1, "optimizer.momentum must be in [0, 1), not '1'");
    }
  }

  /**
   * How many devices make a round.
   *
   * @param target uploads that close the round at once
   * @param overSelection devices invited for each upload wanted, in [1, 10]
   * @param minimum uploads without which a round is abandoned, in [1, target]
   */
  public record Cohort(int target, double overSelection, int minimum) {
    /** With more devices in one sum a round needs shards. */
    static final Bounds TARGET = new Bounds(1, 65_536);

    static final Bounds OVER_SELECTION = new Bounds(1, 10);

    public Cohort {
      TARGET.check("cohort.target", target);
      OVER_SELECTION.check("cohort.overSelection", overSelection);
      TARGET.check("cohort.minimum", minimum);
      require(
          minimum <= target,
          "cohort.minimum must be at most cohort.target (" + target + "), not '" + minimum + "'");
    }

    /** Devices invited: ceil(target x overSelection). */
    public int selectionCount() {
      return (int) Math.ceil(target * overSelection - 1e-9);
    }
  }

  /**
   * How long a round waits.
   *
   * @param selection for devices, from its opening on
   * @param reporting for uploads, from the moment the cohort is fixed
   */
  public record Deadlines(Duration selection, Duration reporting) {
    static final Bounds SECONDS = LASTING;

    public Deadlines {
      SECONDS.check("deadlines.selectionSeconds", selection);
      SECONDS.check("deadlines.reportingSeconds", reporting);
    }
  }

  /**
   * How long a device rests from this task after its update was counted.
   *
   * @param rounds it takes no part in the next so many rounds
   * @param time nor in any round before this much time has passed
   */
  public record Separation(int rounds, Duration time) {
    static final Bounds ROUNDS = new Bounds(0, 1_000_000);
    static final Bounds SECONDS = new Bounds(0, 365 * DAY_SECONDS);

    public Separation {
      ROUNDS.check("separation.rounds", rounds);
      SECONDS.check("separation.seconds", time);
    }
  }

  /**
   * What a device must have.
   *
   * @param minSdkVersion of the software on it
   * @param minExamples to train or evaluate on
   * @param attributes each of these, with exactly this value
   * @param runtimes one of these; empty: any that can compute the model
   */
  public record Eligibility(
      SdkVersion minSdkVersion,
      int minExamples,
      Map<String, String> attributes,
      List<String> runtimes) {
    static final Bounds MIN_EXAMPLES = new Bounds(0, Integer.MAX_VALUE);
    private static final int MAX_ATTRIBUTE_COUNT = 32;
    private static final int MAX_ATTRIBUTE_CHARS = 64;

    public Eligibility {
      MIN_EXAMPLES.check("eligibility.minExamples", minExamples);
      require(
          attributes.size() <= MAX_ATTRIBUTE_COUNT
              && attributes.entrySet().stream()
                  .allMatch(
                      e ->
                          e.getKey().length() <= MAX_ATTRIBUTE_CHARS
                              && e.getValue().length() <= MAX_ATTRIBUTE_CHARS),
          "eligibility.attributes must be at most "
              + MAX_ATTRIBUTE_COUNT
              + " names and values of at most "
              + MAX_ATTRIBUTE_CHARS
              + " characters");
      attributes = Map.copyOf(attributes);
      runtimes = List.copyOf(runtimes);
    }
  }

  /**
   * When the task is finished: at whichever comes first; never without either.
   *
   * @param rounds published
   * @param targetMetric reached by a published model
   */
  public record Until(Optional<Long> rounds, Optional<TargetMetric> targetMetric) {
    static final Bounds ROUNDS = new Bounds(1, 1_000_000_000);

    public Until {
      rounds.ifPresent(count -> ROUNDS.check("until.rounds", count));
    }
  }

  /** A figure to reach; for {@code LOSS} to come down to. */
  public record TargetMetric(Metric name, double value) {
    static final Bounds VALUE = new Bounds(0, 1e9);

    public TargetMetric {
      VALUE.check("until.targetMetric.value", value);
    }
  }

  /** A figure of a model. */
  public enum Metric {
    ACCURACY,
    MACRO_F1,
    LOSS
  }

  /**
   * When devices are told to come back.
   *
   * @param floor the shortest delay ever given
   * @param ceiling the longest delay ever given
   * @param slot the wanted time from one round to the next; small populations are told to come at
   *     multiples of it
   * @param smallPopulation devices up to which a population is small; above, devices are spread so
   *     that they arrive at the rate that rounds need
   */
  public record Pace(Duration floor, Duration ceiling, Duration slot, int smallPopulation) {
    static final Bounds FLOOR_SECONDS = new Bounds(0, DAY_SECONDS);
    static final Bounds CEILING_SECONDS = new Bounds(0.001, 7 * DAY_SECONDS);
    static final Bounds SLOT_SECONDS = LASTING;
    static final Bounds SMALL_POPULATION = new Bounds(0, Integer.MAX_VALUE);

    public Pace {
      FLOOR_SECONDS.check("pace.floorSeconds", floor);
      CEILING_SECONDS.check("pace.ceilingSeconds", ceiling);
      SLOT_SECONDS.check("pace.slotSeconds", slot);
      SMALL_POPULATION.check("pace.smallPopulation", smallPopulation);
      require(
          ceiling.compareTo(floor) >= 0,
          "pace.ceilingSeconds must be at least pace.floorSeconds, not '"
              + Bounds.seconds(ceiling)
              + "'");
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new TaskConfigException(otherwise);
    }
  }
}
