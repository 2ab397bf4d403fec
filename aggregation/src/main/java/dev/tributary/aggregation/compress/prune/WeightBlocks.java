package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.Shape;

/**
 * Where the weights of a convolution or linear layer lie in the flat vector: a row an output
 * channel, and in each row a block of equal length an input channel. The block of a convolution is
 * its window; that of a linear layer behind a flatten is the image that a channel was.
 *
 * @param weightOffset where the weight begins
 * @param biasOffset where the bias begins
 * @param rows output channels
 * @param blocks input channels
 * @param blockLength values of a block, at least 1
 */
record WeightBlocks(int weightOffset, int biasOffset, int rows, int blocks, int blockLength) {

  /**
   * The blocks of a layer.
   *
   * @throws UncompressibleModelException when the layer is neither convolution nor linear
   */
  static WeightBlocks of(ModelSpec spec, int layer) {
    Layer there = spec.layers().get(layer);
    Shape input = spec.shapes().get(layer);
    ModelLayout layout = spec.layout();
    int blocks;
    int rows;
    if (there instanceof Conv2d conv) {
      blocks = input.extent(0);
      rows = conv.filters();
    } else if (there instanceof Linear linear) {
      blocks = channelsInto(spec, layer);
      rows = linear.units();
    } else {
      throw new UncompressibleModelException(
          "layers["
              + layer
              + "] ("
              + there.type()
              + "): only channels of conv2d and units of linear can be pruned");
    }
    int weight = layout.offset(layer + ".weight");
    int elements = layout.tensor(layer + ".weight").elementCount();
    return new WeightBlocks(
        weight, layout.offset(layer + ".bias"), rows, blocks, elements / rows / blocks);
  }

  /** The channels that a flatten since the last layer with weights has made a vector of. */
  private static int channelsInto(ModelSpec spec, int linear) {
    int channels = spec.shapes().get(linear).elements();
    for (int i = linear - 1; i >= 0; i--) {
      Layer layer = spec.layers().get(i);
      if (!layer.tensors(spec.shapes().get(i)).isEmpty()) {
        break;
      }
      if (layer instanceof Flatten) {
        channels = spec.shapes().get(i).extent(0);
      }
    }
    return channels;
  }

  /** Where the block of an input channel in a row begins. */
  int offset(int row, int block) {
    return weightOffset + (row * blocks + block) * blockLength;
  }

  /** Where the bias of a row lies. */
  int bias(int row) {
    return biasOffset + row;
  }
}
