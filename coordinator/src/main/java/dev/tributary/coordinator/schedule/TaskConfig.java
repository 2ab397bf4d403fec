package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator wants of a population: which model, trained how, by how many devices at a time,
 * until when. Every key with its unit and default is in {@code docs/tasks.md}.
 *
 * @param name unique on this coordinator
 * @param population whose devices take part
 * @param work what the devices do
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
    Pace pace) {

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
    return TaskConfigReader.read(ConfigNode.parse(yamlOrJson));
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

    /** A model that this coordinator has already. */
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
  public record Quantization(int bits, float clipNorm, float range, int maxExamples) {}

  /** How the mean of the updates moves the model: federated averaging. */
  public record Optimizer(float learningRate, float momentum) {}

  /**
   * How many devices make a round.
   *
   * @param target uploads that close the round at once
   * @param overSelection devices invited for each upload wanted, in [1, 10]
   * @param minimum uploads without which a round is abandoned, in [1, target]
   */
  public record Cohort(int target, double overSelection, int minimum) {
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
  public record Deadlines(Duration selection, Duration reporting) {}

  /**
   * How long a device rests from this task after its update was counted.
   *
   * @param rounds it takes no part in the next so many rounds
   * @param time nor in any round before this much time has passed
   */
  public record Separation(int rounds, Duration time) {}

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
    public Eligibility {
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
  public record Until(Optional<Long> rounds, Optional<TargetMetric> targetMetric) {}

  /** A figure to reach; for {@code LOSS} to come down to. */
  public record TargetMetric(Metric name, double value) {}

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
  public record Pace(Duration floor, Duration ceiling, Duration slot, int smallPopulation) {}
}
