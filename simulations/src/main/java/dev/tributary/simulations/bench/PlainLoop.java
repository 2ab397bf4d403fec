package dev.tributary.simulations.bench;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;

/**
 * Federated averaging as one would write it for a single experiment: copy, train, average in
 * floating point, evaluate. No rounds that can fail, no integers, no digests. What the simulator
 * takes beyond this is the price of being real. One thread.
 */
final class PlainLoop {

  private final Setup setup;

  PlainLoop(Setup setup) {
    this.setup = setup;
  }

  /** Does the work of the scenario. The accuracy of the final model. */
  double run() {
    Scenario scenario = setup.scenario();
    ModelSpec spec = setup.spec();
    float[] global = setup.initialModel().copyOfValues();
    double accuracy = 0;
    try (LocalModel model = ModelRuntimes.forSpec(spec, scenario.runtime().code()).open(spec)) {
      for (int round = 1; round <= scenario.rounds(); round++) {
        train(model, global, round);
        if (scenario.evaluatesAfter(round)) {
          accuracy = model.evaluate(global, setup.dataset().test()).accuracy();
        }
      }
    }
    return accuracy;
  }

  private void train(LocalModel model, float[] global, int round) {
    int[] reporting = Cohort.of(setup.scenario(), round).reporting();
    float[] sum = new float[global.length];
    float[] local = new float[global.length];
    int total = 0;
    for (int device : reporting) {
      Examples examples = setup.devices().examples(device);
      System.arraycopy(global, 0, local, 0, global.length);
      long seed =
          setup
              .devices()
              .randomness(device)
              .seedsFor(new RoundId(Setup.TASK, round))
              .trainingSeed();
      model.train(local, examples, setup.scenario().training(), seed);
      int weight = examples.size();
      total += weight;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * local[i];
      }
    }
    for (int i = 0; i < sum.length && total > 0; i++) {
      global[i] = sum[i] / total;
    }
  }
}
