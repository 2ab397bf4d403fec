package dev.tributary.aggregation.mask.keystream;

import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.kernels.LaneKernels;
import java.util.Arrays;

/**
 * The sum of many masks over one block of lanes, small enough to stay in a core's nearest cache
 * until it is added to the lanes themselves.
 *
 * <p>Sums wrap at the width of a lane. For one thread at a time; several may belong to one array of
 * lanes.
 */
abstract class BlockSum {

  final LaneKernels kernels = Kernels.chosen();

  private BlockSum() {}

  /** Back to zero, which also overwrites what is as secret as a mask. */
  abstract void clear();

  /** Adds or subtracts the first {@code count} words, word i to sum i. */
  abstract void apply(Mask.Sign sign, byte[] words, int count);

  /** Adds the first {@code count} sums to the lanes from {@code first} on. */
  abstract void addToLanes(int first, int count);

  /** Sums of words of four bytes, mod 2^32. */
  static final class OfInts extends BlockSum {

    private final int[] lanes;
    private final int offset;
    private final int[] sums;

    /**
     * @param lanes the caller's; lane 0 is at index {@code offset}
     * @param size lanes of a block
     */
    OfInts(int[] lanes, int offset, int size) {
      this.lanes = lanes;
      this.offset = offset;
      this.sums = new int[size];
    }

    @Override
    void clear() {
      Arrays.fill(sums, 0);
    }

    @Override
    void apply(Mask.Sign sign, byte[] words, int count) {
      switch (sign) {
        case ADD -> kernels.addWords(words, 0, count, sums, 0);
        case SUBTRACT -> kernels.subtractWords(words, 0, count, sums, 0);
      }
    }

    @Override
    void addToLanes(int first, int count) {
      int at = offset + first;
      for (int i = 0; i < count; i++) {
        lanes[at + i] += sums[i];
      }
    }
  }

  /** Sums of words of eight bytes, mod 2^64. */
  static final class OfLongs extends BlockSum {

    private final long[] lanes;
    private final int offset;
    private final long[] sums;

    /**
     * @param lanes the caller's; lane 0 is at index {@code offset}
     * @param size lanes of a block
     */
    OfLongs(long[] lanes, int offset, int size) {
      this.lanes = lanes;
      this.offset = offset;
      this.sums = new long[size];
    }

    @Override
    void clear() {
      Arrays.fill(sums, 0);
    }

    @Override
    void apply(Mask.Sign sign, byte[] words, int count) {
      switch (sign) {
        case ADD -> kernels.addWords(words, 0, count, sums, 0);
        case SUBTRACT -> kernels.subtractWords(words, 0, count, sums, 0);
      }
    }

    @Override
    void addToLanes(int first, int count) {
      int at = offset + first;
      for (int i = 0; i < count; i++) {
        lanes[at + i] += sums[i];
      }
    }
  }
}
