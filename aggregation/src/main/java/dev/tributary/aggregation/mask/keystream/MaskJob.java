package dev.tributary.aggregation.mask.keystream;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What the threads of one call of {@link MaskAdder} share. Nothing in it changes during the call
 * but the lanes behind {@code sums}, under its locks.
 */
final class MaskJob {

  private static final int LOCKS = 64;

  private final Mask[] masks;
  private final MaskGrid grid;
  private final int laneBytes;
  private final long firstStreamBlock;
  private final Supplier<BlockSum> sums;
  private final Object[] locks = new Object[LOCKS];

  /**
   * @param masks lent for the call
   * @param firstStreamBlock the block of each keystream with which lane 0 begins
   * @param sums makes a thread its own block of sums over the caller's lanes
   */
  MaskJob(
      Mask[] masks, MaskGrid grid, int laneBytes, long firstStreamBlock, Supplier<BlockSum> sums) {
    this.masks = masks;
    this.grid = grid;
    this.laneBytes = laneBytes;
    this.firstStreamBlock = firstStreamBlock;
    this.sums = sums;
    Arrays.setAll(locks, i -> new Object());
  }

  MaskGrid grid() {
    return grid;
  }

  Mask mask(int index) {
    return masks[index];
  }

  /** How many of a range of masks are subtracted. */
  int subtracted(int first, int end) {
    int count = 0;
    for (int i = first; i < end; i++) {
      count += masks[i].sign() == Mask.Sign.SUBTRACT ? 1 : 0;
    }
    return count;
  }

  BlockSum newSum() {
    return sums.get();
  }

  int laneBytes() {
    return laneBytes;
  }

  /** Bytes of keystream of the longest block that there is. */
  int blockBytes() {
    return Math.min(grid.blockLanes(), grid.lanes()) * laneBytes;
  }

  /** The block of each keystream with which a lane begins. */
  long streamBlockOf(int lane) {
    return firstStreamBlock + (long) lane * laneBytes / MaskAdder.STREAM_BLOCK_BYTES;
  }

  /** Guards the lanes of the block that begins with {@code lane}. */
  Object lockOf(int lane) {
    return locks[lane / grid.blockLanes() % LOCKS];
  }
}
