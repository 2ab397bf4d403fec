package dev.tributary.simulations.chaos.device;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.train.LocalTrainer;
import dev.tributary.client.train.TrainedModel;
import dev.tributary.client.train.TrainingFailedException;
import java.util.List;

/**
 * Adds 1 to the coordinate of its device and nothing to the others, so that a sum says who is in
 * it, and how often.
 */
final class OneHotTrainer implements LocalTrainer {
  private final int coordinate;
  private boolean diverges;

  OneHotTrainer(int coordinate) {
    this.coordinate = coordinate;
  }

  /** The next training ends in weights that are no numbers. */
  void divergeOnce() {
    diverges = true;
  }

  /** Any runtime: it brings its own. */
  @Override
  public List<String> runtimes() {
    return List.of();
  }

  @Override
  public int exampleCount() {
    return 1;
  }

  @Override
  public TrainedModel train(
      ModelSpec spec, float[] weights, TrainingParameters parameters, long seed) {
    weights[coordinate] = diverges ? Float.NaN : weights[coordinate] + 1;
    diverges = false;
    return new TrainedModel(1, 0, 1);
  }

  @Override
  public Evaluation evaluate(ModelSpec spec, float[] weights) throws TrainingFailedException {
    throw new TrainingFailedException("there is nothing to evaluate on");
  }

  @Override
  public void close() {}
}
