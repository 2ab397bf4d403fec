package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Structured pruning: leaves the least important output channels of layers out, and the weights
 * that read them from the layer behind, through activations, pooling, flatten and last step. What
 * remains is a smaller network. Filters of conv2d, units of linear layers and of every level of
 * recurrent ones can go, where another such layer reads them.
 */
public final class ChannelPruner {

  /** The name of this step in an artifact's codec chain. */
  public static final String STEP = "prune-channels";

  private final SortedMap<Integer, Integer> keep;

  /**
   * Keeps so many channels.
   *
   * @param keep by the index of the layer, how many of its channels stay, at least 1; in each level
   *     of a recurrent layer, which ones its own
   */
  public ChannelPruner(Map<Integer, Integer> keep) {
    this.keep = new TreeMap<>(keep);
  }

  /** The indices of the layers whose channels can be pruned, ascending. */
  public static int[] prunableLayers(ModelSpec spec) {
    return IntStream.range(0, spec.layers().size())
        .filter(layer -> ChannelGroup.hasChannels(spec.layers().get(layer)))
        .filter(layer -> ChannelGroup.reader(spec, layer).isPresent())
        .toArray();
  }

  /**
   * How many channels a layer has, a recurrent one in each level.
   *
   * @throws UncompressibleModelException naming the layer and why its channels cannot be pruned
   */
  public static int channels(ModelSpec spec, int layer) {
    return ChannelGroup.of(spec, layer).get(0).channels();
  }

  /**
   * The smaller network, untrained since: its channels keep their order and their weights.
   *
   * @throws UncompressibleModelException when a layer cannot be pruned or has fewer channels than
   *     are to be kept, or the importance has not one value for each of its channels
   */
  public SpecifiedModel prune(SpecifiedModel model, ChannelImportance importance) {
    SortedMap<Integer, List<BitSet>> kept = new TreeMap<>();
    keep.forEach(
        (layer, count) -> {
          int channels = channels(model.spec(), layer);
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
          double[] values = importance.ofChannels(model, layer);
          requireOneEach(model.spec(), layer, values);
          kept.put(layer, mostImportant(values, channels, count));
        });
    return ChannelCut.of(model, kept);
  }

  /** With too few, a level of a recurrent layer would be left whole, or be read past its end. */
  private static void requireOneEach(ModelSpec spec, int layer, double[] values) {
    List<ChannelGroup> groups = ChannelGroup.of(spec, layer);
    int expected = groups.size() * groups.get(0).channels();
    if (values.length != expected) {
      throw new UncompressibleModelException(
          "importance of layers["
              + layer
              + "] ("
              + spec.layers().get(layer).type()
              + "): expected "
              + expected
              + " values, one for each channel, got "
              + values.length);
    }
  }

  /** In each group of so many channels those with the largest values; of equals the first. */
  private static List<BitSet> mostImportant(double[] importance, int channels, int count) {
    List<BitSet> kept = new ArrayList<>();
    for (int begin = 0; begin < importance.length; begin += channels) {
      int first = begin;
      BitSet most = new BitSet(channels);
      IntStream.range(0, channels)
          .boxed()
          .sorted(Comparator.comparingDouble(channel -> -importance[first + channel]))
          .limit(count)
          .forEach(most::set);
      kept.add(most);
    }
    return kept;
  }
}
