package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.train.LocalTrainer;
import dev.tributary.client.train.TrainedModel;
import dev.tributary.client.train.TrainingFailedException;
import dev.tributary.simulations.world.setup.SimulatedDropOut;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The trainer of one simulated device that runs the real SDK: trains on a borrowed seat, then lets
 * its latency pass or fails, as the cohort of the round has it. Used by the device's thread.
 */
final class SeatTrainer implements LocalTrainer {

  private final TrainingSeats seats;
  private final Examples examples;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Behaviour behaviour = new Behaviour(false, 0);

  SeatTrainer(TrainingSeats seats, Examples examples) {
    this.seats = seats;
    this.examples = examples;
  }

  /** What the device does in its next round. */
  record Behaviour(boolean dropsOut, double latencyMillis) {}

  void behave(Behaviour next) {
    behaviour = next;
  }

  @Override
  public List<String> runtimes() {
    return ModelRuntimes.names();
  }

  @Override
  public int exampleCount() {
    return examples.size();
  }

  @Override
  public TrainedModel train(
      ModelSpec spec, float[] weights, TrainingParameters parameters, long seed)
      throws TrainingFailedException, InterruptedException {
    Behaviour now = behaviour;
    if (now.dropsOut()) {
      throw SimulatedDropOut.failure();
    }
    TrainedModel trained = seats.use(seat -> seat.train(examples, spec, weights, parameters, seed));
    if (closed.await((long) (now.latencyMillis() * 1e6), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the simulation ends");
    }
    return trained;
  }

  @Override
  public Evaluation evaluate(ModelSpec spec, float[] weights)
      throws TrainingFailedException, InterruptedException {
    return seats.use(seat -> seat.evaluate(examples, spec, weights));
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
