package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import java.util.stream.IntStream;

/**
 * Importance from the weights alone: the Euclidean norm of what goes into a channel (bias included)
 * times that of what comes out of it. The product, because behind a rectifier a channel's input can
 * be scaled up and its output down without changing the network. (Li et al., "Pruning filters for
 * efficient ConvNets", ICLR 2017, take the first factor alone.)
 */
public final class WeightNorms implements ChannelImportance {

  @Override
  public double[] ofChannels(SpecifiedModel model, int layer) {
    float[] weights = model.weights();
    return ChannelGroup.of(model.spec(), layer).stream()
        .flatMapToDouble(
            group ->
                IntStream.range(0, group.channels())
                    .mapToDouble(
                        channel ->
                            Math.sqrt(
                                squares(weights, group.into(channel))
                                    * squares(weights, group.outOf(channel)))))
        .toArray();
  }

  private static double squares(float[] weights, IntStream positions) {
    return positions.mapToDouble(i -> (double) weights[i] * weights[i]).sum();
  }
}
