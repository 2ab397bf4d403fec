package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelState;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.SimulationFailedException;
import java.util.function.IntConsumer;

/** Where the rounds of a simulation happen. One round at a time. */
interface World extends AutoCloseable {

  /**
   * Runs one round to its end.
   *
   * @param progress told how many devices of the cohort have reported or dropped out, from any
   *     thread
   * @throws SimulationFailedException when the round cannot be run
   */
  WorldRound run(Cohort cohort, IntConsumer progress) throws InterruptedException;

  /** The newest version of the global model. */
  ModelState model();

  @Override
  void close();
}
