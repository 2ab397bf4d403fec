package dev.tributary.aggregation.mask.keystream;

/**
 * How the work of many masks over many lanes is cut into tasks: groups of masks times segments of
 * lanes. Within a task blocks of lanes are outermost and masks innermost.
 *
 * <p>A group has at most {@value #MAX_GROUP} masks, each with a cipher of its own that goes through
 * the segment from block to block: so a key schedule is made once for each mask and segment, and
 * lanes travel from memory to the core and back once for each group. Lanes are cut into more than
 * one segment only when there are too few groups to keep every thread busy to the end.
 *
 * @param masks how many, at least 1
 * @param lanes how many, at least 1
 * @param blockLanes lanes of a block
 * @param groups how many groups of masks, of sizes that differ by one at most
 * @param segmentLanes lanes of each segment but the last, a multiple of blockLanes
 * @param segments how many
 */
record MaskGrid(int masks, int lanes, int blockLanes, int groups, int segmentLanes, int segments) {

  /** Masks that share a pass over the lanes. */
  static final int MAX_GROUP = 128;

  /** So many tasks for each thread that waiting for the last one does not matter. */
  private static final int TASKS_PER_THREAD = 8;

  /** 256 KiB of keystream, so that a key schedule, worth 3 to 10 KiB, is little beside it. */
  private static final int MIN_SEGMENT_BLOCKS = 8;

  static MaskGrid of(int masks, int lanes, int blockLanes, int threads) {
    int groups = ceilDiv(masks, MAX_GROUP);
    int blocks = ceilDiv(lanes, blockLanes);
    int wanted = threads == 1 ? 1 : ceilDiv(Math.multiplyExact(TASKS_PER_THREAD, threads), groups);
    int segments = Math.max(1, Math.min(wanted, blocks / MIN_SEGMENT_BLOCKS));
    int segmentBlocks = ceilDiv(blocks, segments);
    int segmentLanes = (int) Math.min(lanes, (long) segmentBlocks * blockLanes);
    return new MaskGrid(
        masks, lanes, blockLanes, groups, segmentLanes, ceilDiv(lanes, segmentLanes));
  }

  /** How many tasks there are, numbered from 0. */
  long tasks() {
    return (long) groups * segments;
  }

  /** The first mask of a task. */
  int firstMask(long task) {
    return (int) ((task / segments) * masks / groups);
  }

  /** The mask behind the last one of a task. */
  int endMask(long task) {
    return (int) ((task / segments + 1) * masks / groups);
  }

  /** The first lane of a task, a multiple of blockLanes. */
  int firstLane(long task) {
    return (int) (task % segments) * segmentLanes;
  }

  /** The lane behind the last one of a task. */
  int endLane(long task) {
    return (int) Math.min(lanes, firstLane(task) + (long) segmentLanes);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (int) (((long) dividend + divisor - 1) / divisor);
  }
}
