package dev.tributary.aggregation.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The plain twin: one loop over lanes for each kernel, in Java that runs everywhere. */
final class ScalarLaneKernels implements LaneKernels {

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;
  private static final int SUMS = 16;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void addPacked(byte[] packed, int offset, int blocks, int ringBits, int[] lanes, int laneOffset) {
    int safe = blocksReadableAsLongs(packed, offset, blocks, ringBits);
    addWholeLongs(packed, offset, safe, ringBits, lanes, laneOffset);
    for (int block = safe; block < blocks; block++) {
      byte[] padded = paddedCopy(packed, offset + block * ringBits, ringBits);
      addWholeLongs(padded, 0, 1, ringBits, lanes, laneOffset + block * PER_BLOCK);
    }
  }

  private static void addWholeLongs(
      byte[] packed, int offset, int blocks, int ringBits, int[] lanes, int laneOffset) {
    int mask = (int) (-1L >>> (Long.SIZE - ringBits));
    int bit = 0;
    for (int i = laneOffset; i < laneOffset + blocks * PER_BLOCK; i++, bit += ringBits) {
      lanes[i] += (int) ((long) LONG.get(packed, offset + (bit >>> 3)) >>> (bit & 7)) & mask;
    }
  }

  @Override
  public void addPacked(byte[] packed, int offset, int blocks, int ringBits, long[] lanes, int laneOffset) {
    int safe = blocksReadableAsLongs(packed, offset, blocks, ringBits);
    addWholeLongs(packed, offset, safe, ringBits, lanes, laneOffset);
    for (int block = safe; block < blocks; block++) {
      byte[] padded = paddedCopy(packed, offset + block * ringBits, ringBits);
      addWholeLongs(padded, 0, 1, ringBits, lanes, laneOffset + block * PER_BLOCK);
    }
  }

  private static void addWholeLongs(
      byte[] packed, int offset, int blocks, int ringBits, long[] lanes, int laneOffset) {
    long mask = -1L >>> (Long.SIZE - ringBits);
    int bit = 0;
    for (int i = laneOffset; i < laneOffset + blocks * PER_BLOCK; i++, bit += ringBits) {
      lanes[i] += (long) LONG.get(packed, offset + (bit >>> 3)) >>> (bit & 7) & mask;
    }
  }

  /** The last residue of a block begins within its block and is read with the eight bytes from there. */
  private static int blocksReadableAsLongs(byte[] packed, int offset, int blocks, int ringBits) {
    int readable = packed.length - offset - Long.BYTES;
    return readable < 0 ? 0 : Math.min(blocks, readable / ringBits);
  }

  private static byte[] paddedCopy(byte[] packed, int blockOffset, int ringBits) {
    byte[] padded = new byte[ringBits + Long.BYTES];
    System.arraycopy(packed, blockOffset, padded, 0, ringBits);
    return padded;
  }

  @Override
  public void pack(int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    long mask = ringBits >= Integer.SIZE ? 0xffff_ffffL : (1L << ringBits) - 1;
    long buffered = 0; // fewer than 8 bits between lanes, so at most 7 + 56 with the next one
    int bits = 0;
    int at = offset;
    int end = offset + blocks * ringBits;
    for (int i = laneOffset; i < laneOffset + blocks * PER_BLOCK; i++) {
      buffered |= (lanes[i] & mask) << bits;
      bits += ringBits;
      if (at + Long.BYTES <= end) {
        LONG.set(packed, at, buffered);
        at += bits >>> 3;
        buffered >>>= bits & ~7;
        bits &= 7;
      } else {
        for (; bits >= 8; bits -= 8, buffered >>>= 8) {
          packed[at++] = (byte) buffered;
        }
      }
    }
  }

  @Override
  public void quantize(
      float[] values, int from, int count, float scaleTo16, float limitTo16, int centre, int[] noise, int[] lanes) {
    int low = Math.min(count, noise.length);
    for (int i = 0; i < low; i++) {
      float t = Math.max(-limitTo16, Math.min(limitTo16, values[from + i] * scaleTo16));
      lanes[from + i] = centre + (((int) t + (noise[i] & 0xffff)) >> 16);
    }
    for (int i = 0; i < count - low; i++) {
      float t = Math.max(-limitTo16, Math.min(limitTo16, values[from + low + i] * scaleTo16));
      lanes[from + low + i] = centre + (((int) t + (noise[i] >>> 16)) >> 16);
    }
  }

  @Override
  public void dequantize(int[] lanes, int from, int count, int mask, double zero, double factor, float[] out) {
    double signedZero = zero - 0x1p31; // the lane minus 2^31 is a signed int, which converts to double directly
    for (int i = from; i < from + count; i++) {
      out[i] = (float) ((((lanes[i] & mask) ^ Integer.MIN_VALUE) - signedZero) * factor);
    }
  }

  @Override
  public double sumOfSquares(float[] values) {
    double[] sums = new double[SUMS];
    int whole = values.length - values.length % SUMS;
    for (int i = 0; i < whole; i += SUMS) {
      for (int j = 0; j < SUMS; j++) {
        double v = values[i + j];
        sums[j] += v * v;
      }
    }
    for (int i = whole; i < values.length; i++) {
      sums[i - whole] += (double) values[i] * values[i];
    }
    for (int half = SUMS / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        sums[j] += sums[j + half];
      }
    }
    return sums[0];
  }
}
