package dev.tributary.simulations.world.setup;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.train.BuiltUpdate;
import dev.tributary.client.train.RoundSeeds;
import dev.tributary.client.train.RuntimeTrainer;
import dev.tributary.client.train.TrainedModel;
import dev.tributary.client.train.TrainingFailedException;
import dev.tributary.client.train.UpdateBuilder;
import java.util.List;

/**
 * The SDK's trainer and update builder, lent to one simulated device after another: a thousand
 * devices need as many networks as threads compute. One thread at a time.
 */
public final class TrainingSeat implements AutoCloseable {

  private static final Examples NOTHING = Examples.of(new float[0], 1, new int[0]);

  private final RuntimeTrainer trainer;
  private final UpdateBuilder builder;
  private Examples examples = NOTHING;

  /** A seat that computes in this runtime: {@code auto}, {@code java} or {@code pytorch}. */
  public TrainingSeat(String runtime) {
    this.trainer = new RuntimeTrainer(() -> examples, () -> examples, runtime);
    this.builder = new UpdateBuilder(trainer);
  }

  /** What a device with these examples and masks sends in a round. */
  public BuiltUpdate build(
      Examples local, RoundManifest manifest, ModelState model, RoundSeeds seeds, List<Mask> masks)
      throws TrainingFailedException, InterruptedException {
    examples = local;
    return builder.build(manifest, model, seeds, masks);
  }

  /** Trains {@code weights} in place, as {@link dev.tributary.client.train.LocalTrainer} does. */
  public TrainedModel train(
      Examples local, ModelSpec spec, float[] weights, TrainingParameters parameters, long seed)
      throws TrainingFailedException, InterruptedException {
    examples = local;
    return trainer.train(spec, weights, parameters, seed);
  }

  /** Loss and confusion matrix of a model over these examples. */
  public Evaluation evaluate(Examples heldOut, ModelSpec spec, float[] weights)
      throws TrainingFailedException, InterruptedException {
    examples = heldOut;
    return trainer.evaluate(spec, weights);
  }

  @Override
  public void close() {
    trainer.close();
  }
}
