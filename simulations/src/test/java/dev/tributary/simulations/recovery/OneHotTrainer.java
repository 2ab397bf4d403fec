package dev.tributary.simulations.recovery;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.DeviceRandomness;
import dev.tributary.client.train.LocalTrainer;
import dev.tributary.client.train.RoundSeeds;
import dev.tributary.client.train.TrainedModel;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A trainer whose update says whose it is and of which round: one weight moves by 1, that of the
 * device in the block of the round, and no other moves at all. With one example a device, range 1
 * and no clipping nothing is rounded, so that a published model is read like a list of names.
 */
record OneHotTrainer(int device) implements LocalTrainer {

  static final int DEVICES = 5;

  /** Rounds whose updates can be told apart. */
  static final int BLOCKS = 16;

  /** Which weight moves. */
  static int weight(int device, long round) {
    return (int) (round % BLOCKS) * DEVICES + device;
  }

  /** The training seed of a round is its number. */
  static DeviceRandomness tellingTheRound() {
    DeviceRandomness secure = DeviceRandomness.secure();
    return new DeviceRandomness() {
      @Override
      public RoundSeeds seedsFor(RoundId round) {
        return new RoundSeeds(round.number(), secure.seedsFor(round).roundingSeed());
      }

      @Override
      public UploadId uploadIdFor(RoundId round) {
        return secure.uploadIdFor(round);
      }

      @Override
      public RandomGenerator waits() {
        return secure.waits();
      }
    };
  }

  @Override
  public List<String> runtimes() {
    return List.of("java");
  }

  @Override
  public int exampleCount() {
    return 1;
  }

  @Override
  public TrainedModel train(
      ModelSpec spec, float[] weights, TrainingParameters parameters, long seed) {
    weights[weight(device, seed)] += 1;
    return new TrainedModel(1, 0, 1);
  }

  @Override
  public Evaluation evaluate(ModelSpec spec, float[] weights) {
    return new Evaluation(1, 0, ConfusionMatrix.of(2, new long[] {1, 0, 0, 0}));
  }

  @Override
  public void close() {}
}
