package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.Recurrent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Copies the weights of the channels that stay into a network that has only those: the flat vector
 * without every value that goes into or comes out of a channel that goes. Tensors are row-major, so
 * that what remains is in the smaller network's order.
 */
final class ChannelCut {

  private ChannelCut() {}

  /**
   * The smaller model.
   *
   * @param kept by layer that can be pruned, for each of its groups the channels that stay: at
   *     least one, and as many in each group
   */
  static SpecifiedModel of(SpecifiedModel model, Map<Integer, List<BitSet>> kept) {
    BitSet gone = new BitSet(model.weights().length);
    kept.forEach((layer, staying) -> markGone(model.spec(), layer, staying, gone));
    ModelSpec smaller = smallerSpec(model.spec(), kept);
    return SpecifiedModel.of(smaller, without(model.weights(), gone));
  }

  private static void markGone(ModelSpec spec, int layer, List<BitSet> staying, BitSet gone) {
    List<ChannelGroup> groups = ChannelGroup.of(spec, layer);
    for (int i = 0; i < groups.size(); i++) {
      ChannelGroup group = groups.get(i);
      for (int channel = 0; channel < group.channels(); channel++) {
        if (!staying.get(i).get(channel)) {
          group.into(channel).forEach(gone::set);
          group.outOf(channel).forEach(gone::set);
        }
      }
    }
  }

  private static float[] without(float[] weights, BitSet gone) {
    float[] smaller = new float[weights.length - gone.cardinality()];
    int to = 0;
    for (int from = gone.nextClearBit(0); from < weights.length; ) {
      int next = gone.nextSetBit(from);
      int end = next < 0 ? weights.length : next;
      System.arraycopy(weights, from, smaller, to, end - from);
      to += end - from;
      from = gone.nextClearBit(end);
    }
    return smaller;
  }

  private static ModelSpec smallerSpec(ModelSpec spec, Map<Integer, List<BitSet>> kept) {
    List<Layer> layers = new ArrayList<>(spec.layers());
    kept.forEach(
        (layer, staying) ->
            layers.set(layer, resized(layers.get(layer), staying.get(0).cardinality())));
    return new ModelSpec(spec.input(), layers, spec.loss(), spec.classes());
  }

  private static Layer resized(Layer layer, int channels) {
    if (layer instanceof Conv2d conv) {
      return new Conv2d(channels, conv.kernel(), conv.stride(), conv.padding());
    }
    return layer instanceof Recurrent recurrent
        ? new Recurrent(recurrent.cell(), channels, recurrent.layers())
        : new Linear(channels);
  }
}
