package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;

/**
 * Importance from the weights alone: the Euclidean norm of what goes into a channel (bias included)
 * times that of what comes out of it. The product, because behind a rectifier a channel's input can
 * be scaled up and its output down without changing the network. (Li et al., "Pruning filters for
 * efficient ConvNets", ICLR 2017, take the first factor alone.)
 */
public final class WeightNorms implements ChannelImportance {

  @Override
  public double[] ofChannels(SpecifiedModel model, int layer) {
    WeightBlocks in = WeightBlocks.of(model.spec(), layer);
    WeightBlocks out = WeightBlocks.of(model.spec(), ChannelPruner.consumer(model.spec(), layer));
    float[] weights = model.weights();
    double[] importance = new double[in.rows()];
    for (int channel = 0; channel < importance.length; channel++) {
      double incoming = square(weights[in.bias(channel)]);
      for (int block = 0; block < in.blocks(); block++) {
        incoming += squares(weights, in.offset(channel, block), in.blockLength());
      }
      double outgoing = 0;
      for (int row = 0; row < out.rows(); row++) {
        outgoing += squares(weights, out.offset(row, channel), out.blockLength());
      }
      importance[channel] = Math.sqrt(incoming * outgoing);
    }
    return importance;
  }

  private static double squares(float[] weights, int offset, int count) {
    double sum = 0;
    for (int i = offset; i < offset + count; i++) {
      sum += square(weights[i]);
    }
    return sum;
  }

  private static double square(float value) {
    return (double) value * value;
  }
}
