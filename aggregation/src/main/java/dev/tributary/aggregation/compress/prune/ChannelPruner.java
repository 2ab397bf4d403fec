package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.MaxPool2d;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Structured pruning: leaves the least important output channels of layers out, and the weights
 * that read them from the layer behind, through activations, pooling and flatten. What remains is a
 * smaller network. Filters of conv2d and units of linear layers can go, where another such layer
 * reads them; the state of a recurrent layer cannot.
 */
public final class ChannelPruner {

  /** The name of this step in an artifact's codec chain. */
  public static final String STEP = "prune-channels";

  private final SortedMap<Integer, Integer> keep;

  /**
   * Keeps so many channels.
   *
   * @param keep by the index of the layer, how many of its channels stay, at least 1
   */
  public ChannelPruner(Map<Integer, Integer> keep) {
    this.keep = new TreeMap<>(keep);
  }

  /** The indices of the layers whose channels can be pruned, ascending. */
  public static int[] prunableLayers(ModelSpec spec) {
    return IntStream.range(0, spec.layers().size())
        .filter(layer -> hasChannels(spec.layers().get(layer)))
        .filter(layer -> nextReader(spec, layer).isPresent())
        .toArray();
  }

  /**
   * The layer that reads a layer's channels.
   *
   * @throws UncompressibleModelException naming the layer and why its channels cannot be pruned
   */
  static int consumer(ModelSpec spec, int layer) {
    if (layer < 0 || layer >= spec.layers().size()) {
      throw new UncompressibleModelException(
          "layers[" + layer + "]: the model has " + spec.layers().size() + " layers");
    }
    Layer there = spec.layers().get(layer);
    String name = "layers[" + layer + "] (" + there.type() + ")";
    if (!hasChannels(there)) {
      throw new UncompressibleModelException(
          name + ": only channels of conv2d and units of linear can be pruned");
    }
    return nextReader(spec, layer)
        .orElseThrow(
            () ->
                new UncompressibleModelException(
                    name + ": its channels are what the model gives, so none can go"));
  }

  private static boolean hasChannels(Layer layer) {
    return layer instanceof Conv2d || layer instanceof Linear;
  }

  private static OptionalInt nextReader(ModelSpec spec, int layer) {
    for (int i = layer + 1; i < spec.layers().size(); i++) {
      Layer next = spec.layers().get(i);
      if (hasChannels(next)) {
        return OptionalInt.of(i);
      }
      boolean passes =
          next instanceof Activation || next instanceof MaxPool2d || next instanceof Flatten;
      if (!passes) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The smaller network, untrained since: its channels keep their order and their weights.
   *
   * @throws UncompressibleModelException when a layer cannot be pruned or has fewer channels than
   *     are to be kept
   */
  public SpecifiedModel prune(SpecifiedModel model, ChannelImportance importance) {
    SortedMap<Integer, int[]> kept = new TreeMap<>();
    keep.forEach(
        (layer, count) -> {
          consumer(model.spec(), layer);
          int channels = WeightBlocks.of(model.spec(), layer).rows();
          if (count < 1 || count > channels) {
            throw new UncompressibleModelException(
                "layers["
                    + layer
                    + "] ("
                    + model.spec().layers().get(layer).type()
                    + "): expected to keep 1 to "
                    + channels
                    + " channels, got "
                    + count);
          }
          kept.put(layer, mostImportant(importance.ofChannels(model, layer), count));
        });
    return ChannelCut.of(model, kept);
  }

  /** The indices of the largest values, ascending; of equals the first. */
  private static int[] mostImportant(double[] importance, int count) {
    return IntStream.range(0, importance.length)
        .boxed()
        .sorted(Comparator.comparingDouble(channel -> -importance[channel]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
