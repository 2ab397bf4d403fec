package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.prg.AesCtrKeystream;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * One thread's share of a {@link MaskJob}: takes a task of the grid, and for each block of its
 * lanes runs all of its masks over one block of sums, then adds those to the lanes. A mask that is
 * subtracted comes inverted from the generator and counts one more in every sum.
 */
final class MaskWorker {

  /**
   * The piece of keystream that is made at once: long enough that calls cost little, short enough
   * that zeros, rows and sums stay in a second-level cache.
   */
  static final int BLOCK_BYTES = 32 * 1024;

  /** Keeps the same word of different rows from the same place of a page, where caches collide. */
  private static final int APART_BYTES = 320;

  private final MaskJob job;
  private final KeystreamBank bank;
  private final BlockSum sum;
  private final byte[][] rows;

  /** What stands for a mask where the last pass of a group has fewer than it adds; never written. */
  private final byte[] nothing;

  private final byte[][] pass = new byte[BlockSum.ROWS][];

  MaskWorker(MaskJob job, KeystreamBank bank) {
    this.job = job;
    this.bank = bank;
    this.sum = job.newSum();
    int length = job.blockBytes() + APART_BYTES;
    this.rows = new byte[BlockSum.ROWS][length];
    this.nothing = new byte[length];
  }

  /**
   * Does one task.
   *
   * @param stop asked between blocks; the task is left half-done when it says yes
   */
  void run(long task, BooleanSupplier stop) {
    MaskGrid grid = job.grid();
    int firstMask = grid.firstMask(task);
    int endMask = grid.endMask(task);
    int begin = grid.firstLane(task);
    int end = grid.endLane(task);
    int subtracted = job.subtracted(firstMask, endMask);
    boolean oneBlock = end - begin <= grid.blockLanes(); // one cipher then serves all masks
    for (int lane = begin, count; lane < end && !stop.getAsBoolean(); lane += count) {
      count = Math.min(grid.blockLanes(), end - lane);
      sum.start(subtracted); // -x = ~x + 1
      for (int first = firstMask; first < endMask; first += BlockSum.ROWS) {
        for (int row = 0; row < BlockSum.ROWS; row++) {
          int index = first + row;
          pass[row] = index < endMask ? rows[row] : nothing;
          if (index < endMask) {
            AesCtrKeystream stream = bank.at(oneBlock ? 0 : index - firstMask);
            if (lane == begin) {
              seek(stream, job.mask(index), job.streamBlockOf(lane));
            }
            fill(rows[row], count * job.laneBytes(), stream, job.mask(index).sign());
          }
        }
        sum.add(pass, count);
      }
      synchronized (job.lockOf(lane)) {
        sum.addToLanes(lane, count);
      }
    }
  }

  private static void fill(byte[] row, int length, AesCtrKeystream stream, Mask.Sign sign) {
    switch (sign) {
      case ADD -> stream.fill(row, 0, length);
      case SUBTRACT -> stream.fillInverted(row, 0, length);
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
    for (byte[] row : rows) {
      Arrays.fill(row, (byte) 0);
    }
    sum.start(0);
  }
}
