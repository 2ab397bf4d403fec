package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;

/** A guess at how much a network loses with each output channel of a layer. */
public interface ChannelImportance {

  /**
   * A number for each output channel (filter or unit) of a layer; only their order within the
   * layer, or within a level of a recurrent layer, means anything.
   *
   * @param layer one of {@link ChannelPruner#prunableLayers}
   * @return double[channels], none NaN; of a recurrent layer double[levels * hidden], the units of
   *     the lowest level first
   */
  double[] ofChannels(SpecifiedModel model, int layer);
}
