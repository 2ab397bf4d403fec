package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.TrainingParameters;

/**
 * Importance as the first-order guess at how the loss changes without a channel: the square of the
 * sum of weight times gradient over what goes into the channel, added over batches (Molchanov et
 * al., "Importance estimation for neural network pruning", CVPR 2019, eq. 8, for groups). Uses its
 * local model from one thread at a time.
 *
 * <p>The gradient of a batch is what one step of training with learning rate 1 takes off the
 * weights: every runtime has it.
 */
public final class TaylorImportance implements ChannelImportance {

  private static final long ANY_ORDER = 0;

  private final LocalModel local;
  private final Examples calibration;
  private final int batchSize;

  /**
   * Measures on these examples.
   *
   * @param local a model of the network that will be pruned
   * @param calibration labelled examples; a few hundred do
   * @param batchSize examples whose gradient is taken together, at least 1
   */
  public TaylorImportance(LocalModel local, Examples calibration, int batchSize) {
    this.local = local;
    this.calibration = calibration;
    this.batchSize = batchSize;
  }

  @Override
  public double[] ofChannels(SpecifiedModel model, int layer) {
    WeightBlocks in = WeightBlocks.of(model.spec(), layer);
    TrainingParameters step = new TrainingParameters(1, batchSize, 1f, 0f);
    double[] importance = new double[in.rows()];
    for (int from = 0; from < calibration.size(); from += batchSize) {
      int to = Math.min(from + batchSize, calibration.size());
      float[] moved = model.state().copyOfValues();
      local.train(moved, calibration.range(from, to), step, ANY_ORDER);
      for (int channel = 0; channel < importance.length; channel++) {
        double change = weightTimesGradient(model.weights(), moved, in, channel);
        importance[channel] += change * change;
      }
    }
    return importance;
  }

  private static double weightTimesGradient(
      float[] weights, float[] moved, WeightBlocks in, int channel) {
    int begin = in.offset(channel, 0);
    int end = begin + in.blocks() * in.blockLength();
    int bias = in.bias(channel);
    double sum = weights[bias] * ((double) weights[bias] - moved[bias]);
    for (int i = begin; i < end; i++) {
      sum += weights[i] * ((double) weights[i] - moved[i]);
    }
    return sum;
  }
}
