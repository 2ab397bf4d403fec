package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.LastStep;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.MaxPool2d;
import dev.tributary.aggregation.model.layer.Recurrent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Channels that are ranked against each other, and every weight that hangs on one: filters of a
 * convolution, units of a linear layer, units of one level of a recurrent layer. What goes into a
 * unit of an LSTM are its rows in the four gates, of the weights of the input and of the state and
 * of both biases; what comes out of it goes to its column in the weights of the state, and to that
 * in the next level's weights of the input or, from the top, in those of the layer that reads.
 *
 * <p>With zeros in all that goes into it, a unit of a recurrent layer gives zero at every step, as
 * a unit behind a rectifier does: all gates are 1/2, the candidate is 0, and so is the first state.
 *
 * @param intoAxes rows of the weights and biases of the layer itself
 * @param outOfAxes columns of the weights that read the channels
 */
record ChannelGroup(List<ChannelAxis> intoAxes, List<ChannelAxis> outOfAxes) {

  ChannelGroup {
    intoAxes = List.copyOf(intoAxes);
    outOfAxes = List.copyOf(outOfAxes);
  }

  /** How many channels there are. */
  int channels() {
    return intoAxes.get(0).channels();
  }

  /** Where the weights lie that go into a channel, biases included. */
  IntStream into(int channel) {
    return intoAxes.stream().flatMapToInt(axis -> axis.positions(channel));
  }

  /** Where the weights lie that a channel's value is multiplied with. */
  IntStream outOf(int channel) {
    return outOfAxes.stream().flatMapToInt(axis -> axis.positions(channel));
  }

  /** Whether a kind of layer has channels at all. */
  static boolean hasChannels(Layer layer) {
    return layer instanceof Conv2d || layer instanceof Linear || layer instanceof Recurrent;
  }

  /** The layer with channels that reads those of another one, if all between lets them pass. */
  static OptionalInt reader(ModelSpec spec, int layer) {
    for (int i = layer + 1; i < spec.layers().size(); i++) {
      Layer next = spec.layers().get(i);
      if (hasChannels(next)) {
        return OptionalInt.of(i);
      }
      boolean passes =
          next instanceof Activation
              || next instanceof MaxPool2d
              || next instanceof Flatten
              || next instanceof LastStep;
      if (!passes) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The groups of a layer: one for each level of a recurrent layer from the bottom up, else one.
   *
   * @throws UncompressibleModelException naming the layer and why its channels cannot be pruned
   */
  static List<ChannelGroup> of(ModelSpec spec, int layer) {
    if (layer < 0 || layer >= spec.layers().size()) {
      throw new UncompressibleModelException(
          "layers[" + layer + "]: the model has " + spec.layers().size() + " layers");
    }
    Layer there = spec.layers().get(layer);
    String name = "layers[" + layer + "] (" + there.type() + ")";
    if (!hasChannels(there)) {
      throw new UncompressibleModelException(
          name + ": only channels of conv2d and units of linear, lstm and gru can be pruned");
    }
    int reader =
        reader(spec, layer)
            .orElseThrow(
                () ->
                    new UncompressibleModelException(
                        name + ": its channels are what the model gives, so none can go"));
    TensorSpec reading = spec.layout().tensor(reader + "." + inputWeight(spec, reader));
    if (there instanceof Recurrent recurrent) {
      return levels(spec.layout(), layer, recurrent, reading);
    }
    int channels = spec.layout().tensor(layer + ".weight").shape()[0];
    // The channels come first in what a flatten made a row of: each has one run of a row.
    int inner = reading.elementCount() / reading.shape()[0] / channels;
    return List.of(
        new ChannelGroup(
            List.of(
                rows(spec.layout(), layer + ".weight", channels),
                rows(spec.layout(), layer + ".bias", channels)),
            List.of(columns(spec.layout(), reading, channels, inner))));
  }

  private static String inputWeight(ModelSpec spec, int reader) {
    return spec.layers().get(reader) instanceof Recurrent ? "weight_ih_l0" : "weight";
  }

  private static List<ChannelGroup> levels(
      ModelLayout layout, int layer, Recurrent recurrent, TensorSpec reading) {
    int hidden = recurrent.hidden();
    List<ChannelGroup> groups = new ArrayList<>();
    for (int level = 0; level < recurrent.layers(); level++) {
      String ofState = layer + ".weight_hh_l" + level;
      TensorSpec above =
          level + 1 < recurrent.layers()
              ? layout.tensor(layer + ".weight_ih_l" + (level + 1))
              : reading;
      groups.add(
          new ChannelGroup(
              List.of(
                  rows(layout, layer + ".weight_ih_l" + level, hidden),
                  rows(layout, ofState, hidden),
                  rows(layout, layer + ".bias_ih_l" + level, hidden),
                  rows(layout, layer + ".bias_hh_l" + level, hidden)),
              // The values of a step come last in what a flatten made a row of: each is by itself.
              List.of(
                  columns(layout, layout.tensor(ofState), hidden, 1),
                  columns(layout, above, hidden, 1))));
    }
    return groups;
  }

  /** The rows of a tensor: one a channel, or one a gate and channel. */
  private static ChannelAxis rows(ModelLayout layout, String name, int channels) {
    TensorSpec tensor = layout.tensor(name);
    int rows = tensor.shape()[0];
    return new ChannelAxis(
        layout.offset(name), rows / channels, channels, tensor.elementCount() / rows);
  }

  private static ChannelAxis columns(
      ModelLayout layout, TensorSpec tensor, int channels, int inner) {
    int outer = tensor.elementCount() / channels / inner;
    return new ChannelAxis(layout.offset(tensor.name()), outer, channels, inner);
  }
}
