package dev.tributary.aggregation.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The scalar twin: loops that run on every Java platform, shaped so that C2 compiles them well.
 *
 * <p>Packed bytes are read and written eight at a time, two residues to a long, because one residue
 * at a time is a third slower. The last blocks go through a padded copy, so that no access leaves
 * the array or touches bytes behind the blocks.
 */
final class ScalarKernels implements LaneKernels {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;

  /**
   * A pair begins at bit 0, 2, 4 or 6 of a byte: 2 * 29 + 6 bits are the most that fit in a long.
   */
  private static final int MAX_PAIRED_BITS = 29;

  /** Below this more than two pairs can share a byte. */
  private static final int MIN_PAIRED_BITS = 4;

  private static final int SUMS = 256;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void addPacked(
      byte[] packed, int offset, int blocks, int ringBits, int[] lanes, int laneOffset) {
    int whole = blocksBefore(packed.length - Long.BYTES - offset, blocks, ringBits);
    addWhole(packed, offset, whole, ringBits, lanes, laneOffset);
    for (int block = whole; block < blocks; block++) {
      byte[] padded = paddedCopy(packed, offset + block * ringBits, ringBits);
      addWhole(padded, 0, 1, ringBits, lanes, laneOffset + block * PER_BLOCK);
    }
  }

  private static void addWhole(
      byte[] packed, int offset, int blocks, int ringBits, int[] lanes, int laneOffset) {
    int mask = (int) (-1L >>> (Long.SIZE - ringBits));
    int end = laneOffset + blocks * PER_BLOCK;
    int bit = 0; // a chunk has at most 2^19 bits
    if (ringBits <= MAX_PAIRED_BITS) {
      for (int i = laneOffset; i < end; i += 2, bit += 2 * ringBits) {
        long pair = (long) LONG.get(packed, offset + (bit >>> 3)) >>> (bit & 7);
        lanes[i] += (int) pair & mask;
        lanes[i + 1] += (int) (pair >>> ringBits) & mask;
      }
      return;
    }
    for (int i = laneOffset; i < end; i++, bit += ringBits) {
      lanes[i] += (int) ((long) LONG.get(packed, offset + (bit >>> 3)) >>> (bit & 7)) & mask;
    }
  }

  @Override
  public void addPacked(
      byte[] packed, int offset, int blocks, int ringBits, long[] lanes, int laneOffset) {
    int whole = blocksBefore(packed.length - Long.BYTES - offset, blocks, ringBits);
    addWhole(packed, offset, whole, ringBits, lanes, laneOffset);
    for (int block = whole; block < blocks; block++) {
      byte[] padded = paddedCopy(packed, offset + block * ringBits, ringBits);
      addWhole(padded, 0, 1, ringBits, lanes, laneOffset + block * PER_BLOCK);
    }
  }

  private static void addWhole(
      byte[] packed, int offset, int blocks, int ringBits, long[] lanes, int laneOffset) {
    long mask = -1L >>> (Long.SIZE - ringBits);
    int bit = 0;
    for (int i = laneOffset; i < laneOffset + blocks * PER_BLOCK; i++, bit += ringBits) {
      lanes[i] += ((long) LONG.get(packed, offset + (bit >>> 3)) >>> (bit & 7)) & mask;
    }
  }

  @Override
  public void pack(
      int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    boolean paired = ringBits >= MIN_PAIRED_BITS && ringBits <= MAX_PAIRED_BITS;
    int whole = paired ? blocksBefore(blocks * ringBits - Long.BYTES, blocks, ringBits) : 0;
    packWhole(lanes, laneOffset, whole, ringBits, packed, offset);
    packRest(
        lanes,
        laneOffset + whole * PER_BLOCK,
        blocks - whole,
        ringBits,
        packed,
        offset + whole * ringBits);
  }

  /**
   * Each store writes one pair together with what the pair before left in its first byte, and zeros
   * behind it that the next store overwrites.
   */
  private static void packWhole(
      int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    int r = ringBits;
    long mask = (1L << r) - 1;
    int byte1 = (2 * r) >>> 3;
    int byte2 = (4 * r) >>> 3;
    int byte3 = (6 * r) >>> 3;
    int shift1 = (2 * r) & 7;
    int shift2 = (4 * r) & 7;
    int shift3 = (6 * r) & 7;
    for (int k = 0, i = laneOffset, at = offset; k < blocks; k++, i += PER_BLOCK, at += r) {
      long pair0 = (lanes[i] & mask) | ((lanes[i + 1] & mask) << r);
      long pair1 = (lanes[i + 2] & mask) | ((lanes[i + 3] & mask) << r);
      long pair2 = (lanes[i + 4] & mask) | ((lanes[i + 5] & mask) << r);
      long pair3 = (lanes[i + 6] & mask) | ((lanes[i + 7] & mask) << r);
      LONG.set(packed, at, pair0);
      LONG.set(packed, at + byte1, (pair1 << shift1) | (pair0 >>> (2 * r - shift1)));
      LONG.set(packed, at + byte2, (pair2 << shift2) | (pair1 >>> (2 * r - shift2)));
      LONG.set(packed, at + byte3, (pair3 << shift3) | (pair2 >>> (2 * r - shift3)));
    }
  }

  /** Byte by byte, for any width. */
  private static void packRest(
      int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    long mask = ringBits >= Integer.SIZE ? 0xffff_ffffL : (1L << ringBits) - 1;
    long buffered = 0; // fewer than 8 bits are left between lanes, so at most 7 + 56 are held
    int bits = 0;
    int at = offset;
    for (int i = laneOffset; i < laneOffset + blocks * PER_BLOCK; i++) {
      buffered |= (lanes[i] & mask) << bits;
      for (bits += ringBits; bits >= 8; bits -= 8, buffered >>>= 8) {
        packed[at++] = (byte) buffered;
      }
    }
  }

  /** For evaluation counts, which are few: byte by byte. */
  @Override
  public void pack(
      long[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    long mask = (1L << ringBits) - 1;
    long buffered = 0; // at most 7 + 56 bits, as above
    int bits = 0;
    int at = offset;
    for (int i = laneOffset; i < laneOffset + blocks * PER_BLOCK; i++) {
      buffered |= (lanes[i] & mask) << bits;
      for (bits += ringBits; bits >= 8; bits -= 8, buffered >>>= 8) {
        packed[at++] = (byte) buffered;
      }
    }
  }

  /** How many blocks lie entirely within the first {@code bytes} bytes. */
  private static int blocksBefore(int bytes, int blocks, int ringBits) {
    return bytes < 0 ? 0 : Math.min(blocks, bytes / ringBits);
  }

  private static byte[] paddedCopy(byte[] packed, int blockOffset, int ringBits) {
    byte[] padded = new byte[ringBits + Long.BYTES];
    System.arraycopy(packed, blockOffset, padded, 0, ringBits);
    return padded;
  }

  @Override
  public void quantize(
      float[] values,
      int from,
      int count,
      float scaleTo16,
      int limitTo16,
      int centre,
      int noiseShift,
      int[] lanes) {
    for (int i = from; i < from + count; i++) {
      int scaled = (int) (values[i] * scaleTo16); // saturates: no wrap before the clamp
      int clamped = Math.max(-limitTo16, Math.min(limitTo16, scaled));
      lanes[i] = centre + ((clamped + ((lanes[i] >>> noiseShift) & 0xffff)) >> 16);
    }
  }

  @Override
  public void dequantize(
      int[] lanes, int count, int mask, double zero, double factor, float[] out) {
    double signedZero = zero - 0x1p31; // a lane with its top bit flipped is the lane minus 2^31
    for (int i = 0; i < count; i++) {
      int flipped = (lanes[i] & mask) ^ Integer.MIN_VALUE;
      out[i] = Dequantization.real(flipped - signedZero, factor);
    }
  }

  @Override
  public double sumOfSquares(float[] values) {
    double[] sums = new double[SUMS];
    int whole = values.length - values.length % SUMS;
    for (int i = 0; i < whole; i += SUMS) {
      addSquares(values, i, SUMS, sums);
    }
    addSquares(values, whole, values.length - whole, sums);
    for (int half = SUMS / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        sums[j] += sums[j + half];
      }
    }
    return sums[0];
  }

  /** A loop of its own, without a reduction, so that C2 turns it into vector code. */
  private static void addSquares(float[] values, int from, int count, double[] sums) {
    for (int j = 0; j < count; j++) {
      double value = values[from + j];
      sums[j] += value * value;
    }
  }
}
