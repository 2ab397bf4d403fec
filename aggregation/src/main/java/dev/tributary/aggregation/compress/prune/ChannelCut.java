package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Copies the weights of the channels that stay into a network that has only those. */
final class ChannelCut {

  private final SpecifiedModel model;
  private final Map<Integer, int[]> rowsKept;
  private final Map<Integer, int[]> blocksKept = new TreeMap<>();
  private final float[] smaller;

  private ChannelCut(SpecifiedModel model, Map<Integer, int[]> rowsKept, ModelSpec smallerSpec) {
    this.model = model;
    this.rowsKept = rowsKept;
    this.smaller = new float[smallerSpec.layout().dimension()];
    rowsKept.forEach(
        (layer, channels) -> blocksKept.put(ChannelPruner.consumer(model.spec(), layer), channels));
  }

  /**
   * The smaller model.
   *
   * @param kept by layer that can be pruned, the channels that stay, ascending, at least one
   */
  static SpecifiedModel of(SpecifiedModel model, Map<Integer, int[]> kept) {
    ModelSpec spec = smallerSpec(model.spec(), kept);
    ChannelCut cut = new ChannelCut(model, kept, spec);
    int next = 0;
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      next = cut.copy(layer, next);
    }
    return SpecifiedModel.of(spec, cut.smaller);
  }

  private static ModelSpec smallerSpec(ModelSpec spec, Map<Integer, int[]> kept) {
    List<Layer> layers = new ArrayList<>(spec.layers());
    kept.forEach(
        (layer, channels) -> layers.set(layer, resized(layers.get(layer), channels.length)));
    return new ModelSpec(spec.input(), layers, spec.loss(), spec.classes());
  }

  private static Layer resized(Layer layer, int channels) {
    return layer instanceof Conv2d conv
        ? new Conv2d(channels, conv.kernel(), conv.stride(), conv.padding())
        : new Linear(channels);
  }

  /**
   * Copies what stays of a layer to {@code smaller[next ..]}; gives where the next layer begins.
   */
  private int copy(int layer, int next) {
    ModelSpec spec = model.spec();
    float[] weights = model.weights();
    int[] rows = rowsKept.get(layer);
    int[] inputs = blocksKept.get(layer);
    if (rows == null && inputs == null) {
      int length = spec.tensors(layer).stream().mapToInt(tensor -> tensor.shape().elements()).sum();
      System.arraycopy(weights, begin(layer), smaller, next, length);
      return next + length;
    }
    WeightBlocks blocks = WeightBlocks.of(spec, layer);
    int[] keptRows = rows == null ? all(blocks.rows()) : rows;
    int[] keptBlocks = inputs == null ? all(blocks.blocks()) : inputs;
    int to = next;
    for (int row : keptRows) {
      for (int block : keptBlocks) {
        System.arraycopy(weights, blocks.offset(row, block), smaller, to, blocks.blockLength());
        to += blocks.blockLength();
      }
    }
    for (int row : keptRows) {
      smaller[to++] = weights[blocks.bias(row)];
    }
    return to;
  }

  /** Where a layer's tensors begin in the flat weights of the larger network. */
  private int begin(int layer) {
    return IntStream.range(0, layer)
        .flatMap(
            earlier ->
                model.spec().tensors(earlier).stream()
                    .mapToInt(tensor -> tensor.shape().elements()))
        .sum();
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }
}
