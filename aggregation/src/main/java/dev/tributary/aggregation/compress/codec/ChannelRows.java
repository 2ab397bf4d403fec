package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.model.TensorSpec;

/**
 * A weight seen as a matrix: a row an output channel (the first extent), a column each value that
 * goes into one. A tensor of rank 0 or 1, a bias, is none.
 *
 * @param rows the first extent, at least 1
 * @param columns the product of the others, at least 1
 */
record ChannelRows(int rows, int columns) {

  /** Whether codecs compress this tensor: whether it is a weight and not a bias. */
  static boolean isWeight(TensorSpec tensor) {
    return tensor.shape().length >= 2;
  }

  /** The rows of a weight. */
  static ChannelRows of(TensorSpec weight) {
    int rows = weight.shape()[0];
    return new ChannelRows(rows, weight.elementCount() / rows);
  }
}
