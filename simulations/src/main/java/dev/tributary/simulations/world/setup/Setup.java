package dev.tributary.simulations.world.setup;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.scenario.Scenario;

/**
 * A scenario with its data loaded and divided: all that a world needs to run rounds.
 *
 * @param spec of the model, completed by the shape of the data
 */
public record Setup(Scenario scenario, Dataset dataset, ModelSpec spec, SimulatedDevices devices) {

  /** The task's name in every world: a round's random numbers follow from it. */
  public static final TaskName TASK = new TaskName("simulation");

  public static final PopulationName POPULATION = new PopulationName("simulated");

  /**
   * Loads and divides the data of a scenario.
   *
   * @throws dev.tributary.simulations.scenario.ScenarioException when the scenario does not fit its
   *     data
   * @throws dev.tributary.simulations.data.UnusableDataException when the data cannot be read or
   *     divided
   */
  public static Setup of(Scenario scenario) {
    Dataset dataset = scenario.loadData();
    ModelSpec spec = scenario.modelFor(dataset);
    var devices = new SimulatedDevices(dataset, scenario.rowsByDevice(dataset), scenario.seed());
    return new Setup(scenario, dataset, spec, devices);
  }

  /** The model before the first round. */
  public ModelState initialModel() {
    return new ModelState(spec.layout(), InitialWeights.of(spec, scenario.seed()));
  }

  /** The example count at which a device's weight stops growing. */
  public int maxExamples() {
    return scenario.quantization().maxExamples().orElseGet(devices::largest);
  }
}
