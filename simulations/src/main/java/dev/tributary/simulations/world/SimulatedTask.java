package dev.tributary.simulations.world;

import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.TaskConfig.Deadlines;
import dev.tributary.coordinator.schedule.TaskConfig.Eligibility;
import dev.tributary.coordinator.schedule.TaskConfig.Initial;
import dev.tributary.coordinator.schedule.TaskConfig.Optimizer;
import dev.tributary.coordinator.schedule.TaskConfig.Pace;
import dev.tributary.coordinator.schedule.TaskConfig.Quantization;
import dev.tributary.coordinator.schedule.TaskConfig.Separation;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import dev.tributary.coordinator.schedule.TaskConfig.Until;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Setup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A scenario as the configuration of a coordinator's task. */
final class SimulatedTask {

  /**
   * Cohorts are chosen by the simulation, so a round waits for its devices as long as the
   * simulation needs.
   */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private static final Pace BRISK =
      new Pace(
          Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofMillis(50), Integer.MAX_VALUE);

  private SimulatedTask() {}

  static TaskConfig of(Setup setup) {
    Scenario scenario = setup.scenario();
    var work =
        new Training(
            setup.spec(),
            new Initial.Seed(scenario.seed()),
            new Quantization(
                scenario.quantization().bits(),
                scenario.quantization().clipNorm(),
                scenario.quantization().range(),
                setup.maxExamples()),
            scenario.training(),
            new Optimizer(scenario.server().learningRate(), scenario.server().momentum()));
    return new TaskConfig(
        Setup.TASK,
        Setup.POPULATION,
        work,
        new TaskConfig.Cohort(scenario.cohort(), 1, scenario.minimumReports()),
        new Deadlines(PATIENCE, PATIENCE),
        new Separation(0, Duration.ZERO),
        new Eligibility(new SdkVersion(0, 0, 0), 1, Map.of(), List.of()),
        new Until(Optional.of((long) scenario.rounds()), Optional.empty()),
        BRISK,
        scenario.secureAggregation(),
        Optional.empty());
  }
}
