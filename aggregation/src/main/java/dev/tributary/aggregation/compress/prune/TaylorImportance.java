package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.List;
import java.util.stream.IntStream;

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
    List<ChannelGroup> groups = ChannelGroup.of(model.spec(), layer);
    int channels = groups.get(0).channels();
    TrainingParameters step = new TrainingParameters(1, batchSize, 1f, 0f);
    double[] importance = new double[groups.size() * channels];
    for (int from = 0; from < calibration.size(); from += batchSize) {
      int to = Math.min(from + batchSize, calibration.size());
      float[] moved = model.state().copyOfValues();
      local.train(moved, calibration.range(from, to), step, ANY_ORDER);
      for (int i = 0; i < importance.length; i++) {
        ChannelGroup group = groups.get(i / channels);
        double change = weightTimesGradient(model.weights(), moved, group.into(i % channels));
        importance[i] += change * change;
      }
    }
    return importance;
  }

  private static double weightTimesGradient(float[] weights, float[] moved, IntStream positions) {
    return positions.mapToDouble(i -> weights[i] * ((double) weights[i] - moved[i])).sum();
  }
}
