package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;

/** A guess at how much a network loses with each output channel of a layer. */
public interface ChannelImportance {

  /**
   * A number for each output channel (filter or unit) of a layer; only their order within the layer
   * means anything.
   *
   * @param layer one of {@link ChannelPruner#prunableLayers}
   * @return double[channels], none NaN
   */
  double[] ofChannels(SpecifiedModel model, int layer);
}
