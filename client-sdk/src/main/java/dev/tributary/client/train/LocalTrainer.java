package dev.tributary.client.train;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.List;

/**
 * Trains and evaluates on this device's own data. An SPI; {@link RuntimeTrainer} drives Tributary's
 * own model runtime. Called by one platform thread at a time. A long call should end soon after its
 * thread is interrupted, by throwing {@link InterruptedException}.
 */
public interface LocalTrainer extends AutoCloseable {

  /** Model runtimes that this trainer has, as told to the coordinator: "java", "pytorch". */
  List<String> runtimes();

  /** How many examples there are now, 0 when there is nothing to learn from. */
  int exampleCount();

  /**
   * Trains a model.
   *
   * @param weights float[parameters] in layout order, owned by the caller: in, the global model;
   *     out, the trained one
   * @param seed drives everything random in the training
   * @throws TrainingFailedException when the data or the model do not allow it
   */
  TrainedModel train(ModelSpec spec, float[] weights, TrainingParameters parameters, long seed)
      throws TrainingFailedException, InterruptedException;

  /**
   * Evaluates a model on held-out examples.
   *
   * @param weights float[parameters] in layout order, unchanged
   */
  Evaluation evaluate(ModelSpec spec, float[] weights)
      throws TrainingFailedException, InterruptedException;

  /** Frees what the trainer holds: models, native memory. */
  @Override
  void close();
}
