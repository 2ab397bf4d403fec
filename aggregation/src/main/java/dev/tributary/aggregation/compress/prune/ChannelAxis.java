package dev.tributary.aggregation.compress.prune;

import java.util.stream.IntStream;

/**
 * A tensor, seen as {@code [outer][channels][inner]}: one of its axes is that of some layer's
 * channels. Rows of a weight: outer is the number of gates, inner the length of a row. Columns of a
 * weight: outer is the number of rows, inner what a channel has in a row, such as a window.
 *
 * @param offset where the tensor begins in the flat vector
 */
record ChannelAxis(int offset, int outer, int channels, int inner) {

  /** Where the values of a channel lie in the flat vector. */
  IntStream positions(int channel) {
    return IntStream.range(0, outer)
        .map(block -> offset + (block * channels + channel) * inner)
        .flatMap(begin -> IntStream.range(begin, begin + inner));
  }
}
