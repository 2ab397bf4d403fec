package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.prg.AesCtrKeystream;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * One thread's share of a {@link MaskJob}: takes a task of the grid, and for each block of its
 * lanes runs all of its masks over one block of sums, then adds those to the lanes.
 */
final class MaskWorker {

  /**
   * The piece of keystream that is made and added at once. Zeros in, keystream out and sums, three
   * arrays of this size, fit in a first-level cache of 32 KiB. Half of it loses to the cost of a
   * call, twice of it to the cache.
   */
  static final int BLOCK_BYTES = 8 * 1024;

  private final MaskJob job;
  private final KeystreamBank bank;
  private final BlockSum sum;
  private final byte[] words = new byte[BLOCK_BYTES];

  MaskWorker(MaskJob job, KeystreamBank bank) {
    this.job = job;
    this.bank = bank;
    this.sum = job.newSum();
  }

  /**
   * Does one task.
   *
   * @param stop asked between blocks; the task is left half-done when it says yes
   */
  void run(long task, BooleanSupplier stop) {
    MaskGrid grid = job.grid();
    int firstMask = grid.firstMask(task);
    int groupSize = grid.endMask(task) - firstMask;
    int begin = grid.firstLane(task);
    int end = grid.endLane(task);
    boolean oneBlock = end - begin <= grid.blockLanes(); // one cipher then serves all masks
    for (int lane = begin; lane < end && !stop.getAsBoolean(); lane += grid.blockLanes()) {
      int count = Math.min(grid.blockLanes(), end - lane);
      sum.clear();
      for (int i = 0; i < groupSize; i++) {
        Mask mask = job.mask(firstMask + i);
        AesCtrKeystream stream = bank.at(oneBlock ? 0 : i);
        if (lane == begin) {
          seek(stream, mask, job.streamBlockOf(lane));
        }
        stream.fill(words, 0, count * job.laneBytes());
        sum.apply(mask.sign(), words, count);
      }
      synchronized (job.lockOf(lane)) {
        sum.addToLanes(lane, count);
      }
    }
  }

  private static void seek(AesCtrKeystream stream, Mask mask, long block) {
    byte[] key = mask.key().toByteArray(InsecureSecretAccess.get());
    try {
      stream.seek(key, block);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Overwrites keys, keystream and sums. */
  void forget() {
    bank.forgetKeys();
    Arrays.fill(words, (byte) 0);
    sum.clear();
  }
}
