package dev.tributary.aggregation.mask.keystream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The sum of many masks over one block of lanes, small enough to stay in a core's own cache until
 * it is added to the lanes themselves.
 *
 * <p>Keystreams are added {@value #ROWS} at a time, so that the sums are read and written once for
 * all of them. C2 makes vector code of that loop, on 17 as on 25, as long as each iteration reads
 * words of the lane's own width; there is no twin with the Vector API, because it was slower
 * (docs/adr/0012).
 *
 * <p>Sums wrap at the width of a lane. For one thread at a time; several may belong to one array of
 * lanes.
 */
abstract class BlockSum {

  /** Keystreams that are added in one pass. */
  static final int ROWS = 8;

  private BlockSum() {}

  /** Sets every sum to a value, which also overwrites what is as secret as a mask. */
  abstract void start(int value);

  /**
   * Adds the first {@code count} words of each row, word i to sum i.
   *
   * @param rows {@value #ROWS} of them, words with the least significant byte first
   */
  abstract void add(byte[][] rows, int count);

  /** Adds the first {@code count} sums to the lanes from {@code first} on. */
  abstract void addToLanes(int first, int count);

  /** Sums of words of four bytes, mod 2^32. */
  static final class OfInts extends BlockSum {

    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
    void start(int value) {
      Arrays.fill(sums, value);
    }

    @Override
    void add(byte[][] rows, int count) {
      add(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], count, sums);
    }

    private static void add(
        byte[] a,
        byte[] b,
        byte[] c,
        byte[] d,
        byte[] e,
        byte[] f,
        byte[] g,
        byte[] h,
        int count,
        int[] sums) {
      for (int i = 0; i < count; i++) {
        int at = i * Integer.BYTES;
        sums[i] +=
            word(a, at) + word(b, at) + word(c, at) + word(d, at)
                + word(e, at) + word(f, at) + word(g, at) + word(h, at);
      }
    }

    private static int word(byte[] row, int at) {
      return (int) WORD.get(row, at);
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

    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
    void start(int value) {
      Arrays.fill(sums, value);
    }

    @Override
    void add(byte[][] rows, int count) {
      add(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], count, sums);
    }

    private static void add(
        byte[] a,
        byte[] b,
        byte[] c,
        byte[] d,
        byte[] e,
        byte[] f,
        byte[] g,
        byte[] h,
        int count,
        long[] sums) {
      for (int i = 0; i < count; i++) {
        int at = i * Long.BYTES;
        sums[i] +=
            word(a, at) + word(b, at) + word(c, at) + word(d, at)
                + word(e, at) + word(f, at) + word(g, at) + word(h, at);
      }
    }

    private static long word(byte[] row, int at) {
      return (long) WORD.get(row, at);
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
