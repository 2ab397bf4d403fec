package dev.tributary.simulations.chaos;

import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What the rounds of a world are like.
 *
 * @param devices in the population
 * @param target uploads that close a round
 * @param minimum with fewer uploads a round is abandoned
 * @param overSelection devices invited for each upload wanted
 * @param secure whether updates are masked
 * @param confirmation whether devices confirm to each other who is in the sum
 * @param hybrid whether keys are post-quantum too
 * @param shardSize devices that mask among themselves; 0 for all
 * @param momentum of the server's steps
 * @param batchUploads that a checkpoint waits for, for a while
 */
public record Terms(
    int devices,
    int target,
    int minimum,
    double overSelection,
    boolean secure,
    boolean confirmation,
    boolean hybrid,
    int shardSize,
    float momentum,
    int batchUploads) {
  /** Coordinates of the model: a weight of four units for each of three inputs, and a bias. */
  static final int DIMENSION = 16;

  static final String POPULATION = "pens";
  static final String TASK = "digits";

  /** Draws the terms of a world. */
  static Terms draw(SplittableRandom random) {
    int batch = random.nextInt(3) == 0 ? 64 : random.nextInt(1, 4);
    float momentum = random.nextInt(4) == 0 ? 0.5f : 0;
    if (random.nextInt(5) < 2) {
      int target = random.nextInt(2, 8);
      return new Terms(
          target + random.nextInt(5),
          target,
          Math.max(1, target - random.nextInt(3)),
          random.nextBoolean() ? 1 : 1.5,
          false,
          false,
          false,
          0,
          momentum,
          batch);
    }
    boolean confirmation = random.nextBoolean();
    if (random.nextInt(12) == 0) {
      return new Terms(10, 10, 5, 1, true, confirmation, false, 5, momentum, batch);
    }
    int target = random.nextInt(3, 8);
    return new Terms(
        target + random.nextInt(3),
        target,
        target - (target > 4 ? random.nextInt(2) : 0),
        1,
        true,
        confirmation,
        random.nextInt(25) == 0,
        0,
        momentum,
        batch);
  }

  /** When the coordinator writes checkpoints. */
  CheckpointPolicy checkpoints() {
    return new CheckpointPolicy(true, batchUploads, Duration.ofMillis(100));
  }

  /** The document that an operator creates the task from. */
  String toYaml() {
    return """
    name: %s
    population: %s
    model: {format: tributary-model/1, input: [3], layers: [{type: linear, units: 4}],
            loss: softmax-cross-entropy, classes: 4}
    quantization: {bits: 8, range: 1, maxExamples: 1}
    optimizer: {momentum: %s}
    cohort: {target: %d, minimum: %d, overSelection: %s}
    deadlines: {selectionSeconds: 1200, reportingSeconds: 150}
    pace: {floorSeconds: 2, slotSeconds: 30}
    protocol: %s
    """
            .formatted(
                TASK,
                POPULATION,
                momentum,
                target,
                minimum,
                overSelection,
                secure ? "secagg" : "plain")
        + (secure ? masked() : "");
  }

  private String masked() {
    return "secureAggregation: {suite: %s, stepSeconds: 40, confirmation: %s%s}%n"
        .formatted(
            hybrid ? "hybrid" : "classic",
            confirmation,
            shardSize == 0 ? "" : ", shardSize: " + shardSize + ", minimumSurvivors: 4");
  }
}
