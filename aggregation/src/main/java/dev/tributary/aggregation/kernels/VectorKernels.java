package dev.tributary.aggregation.kernels;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adding packed residues with the Vector API: a byte shuffle puts the bytes of each under its lane,
 * which a loop over longs cannot express. A sum adds thousands of updates; what is done once for an
 * update is left to the scalar kernels, which do not wait for C2 to be fast (docs/adr/0005).
 *
 * <p>Only loaded where the module {@code jdk.incubator.vector} is present, see {@link Kernels}.
 */
final class VectorKernels implements LaneKernels {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = INTS.length();
  private static final int BLOCKS = LANES / ResidueBlocks.RESIDUES_PER_BLOCK;
  private static final int MAX_RING_BITS = Integer.SIZE;

  private final LaneKernels scalar;
  private final Unpacking[] unpackings = new Unpacking[MAX_RING_BITS + 1];

  /** Whether vectors of this machine hold whole blocks. */
  static boolean fitsThisMachine() {
    return BLOCKS >= 1;
  }

  VectorKernels(LaneKernels scalar) {
    this.scalar = scalar;
    for (int ringBits = 1; ringBits <= MAX_RING_BITS; ringBits++) {
      unpackings[ringBits] = Unpacking.of(ringBits);
    }
  }

  @Override
  public String name() {
    return "vector-" + INTS.vectorBitSize();
  }

  /**
   * How residues lie under lanes. The window of lane i is the four bytes from the byte in which
   * residue i begins, shifted right by the bit at which it begins there; residues that reach beyond
   * it take their top bits from the window one byte later.
   */
  private record Unpacking(
      VectorShuffle<Byte> window,
      VectorShuffle<Byte> nextWindow,
      IntVector shift,
      IntVector nextShift,
      boolean needsNext) {

    static Unpacking of(int ringBits) {
      int[] window = new int[BYTES.length()];
      int[] next = new int[BYTES.length()];
      int[] shift = new int[LANES];
      int[] nextShift = new int[LANES];
      boolean needsNext = false;
      for (int lane = 0; lane < LANES; lane++) {
        int bit = lane * ringBits;
        shift[lane] = bit % 8;
        nextShift[lane] = 8 - bit % 8;
        needsNext |= shift[lane] + ringBits > Integer.SIZE;
        for (int b = 0; b < Integer.BYTES; b++) {
          window[lane * Integer.BYTES + b] = bit / 8 + b;
          next[lane * Integer.BYTES + b] = Math.min(bit / 8 + b + 1, BYTES.length() - 1);
        }
      }
      return new Unpacking(
          VectorShuffle.fromArray(BYTES, window, 0),
          VectorShuffle.fromArray(BYTES, next, 0),
          IntVector.fromArray(INTS, shift, 0),
          IntVector.fromArray(INTS, nextShift, 0),
          needsNext);
    }
  }

  @Override
  public void addPacked(
      byte[] packed, int offset, int blocks, int ringBits, int[] lanes, int laneOffset) {
    int stepBytes = BLOCKS * ringBits;
    int readable = packed.length - offset - BYTES.length();
    int steps = readable < 0 ? 0 : Math.min(blocks / BLOCKS, readable / stepBytes + 1);
    Unpacking unpacking = unpackings[ringBits];
    if (unpacking.needsNext()) {
      addWide(packed, offset, steps, ringBits, lanes, laneOffset, unpacking);
    } else {
      addNarrow(packed, offset, steps, ringBits, lanes, laneOffset, unpacking);
    }
    int done = steps * BLOCKS;
    scalar.addPacked(
        packed,
        offset + done * ringBits,
        blocks - done,
        ringBits,
        lanes,
        laneOffset + done * ResidueBlocks.RESIDUES_PER_BLOCK);
  }

  private static void addNarrow(
      byte[] packed,
      int offset,
      int steps,
      int ringBits,
      int[] lanes,
      int laneOffset,
      Unpacking unpacking) {
    int mask = -1 >>> (Integer.SIZE - ringBits);
    VectorShuffle<Byte> window = unpacking.window();
    IntVector shift = unpacking.shift();
    for (int step = 0, at = offset, i = laneOffset;
        step < steps;
        step++, at += BLOCKS * ringBits, i += LANES) {
      IntVector residues =
          ByteVector.fromArray(BYTES, packed, at)
              .rearrange(window)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHR, shift)
              .and(mask);
      IntVector.fromArray(INTS, lanes, i).add(residues).intoArray(lanes, i);
    }
  }

  private static void addWide(
      byte[] packed,
      int offset,
      int steps,
      int ringBits,
      int[] lanes,
      int laneOffset,
      Unpacking unpacking) {
    int mask = -1 >>> (Integer.SIZE - ringBits);
    VectorShuffle<Byte> window = unpacking.window();
    VectorShuffle<Byte> nextWindow = unpacking.nextWindow();
    IntVector shift = unpacking.shift();
    IntVector nextShift = unpacking.nextShift();
    for (int step = 0, at = offset, i = laneOffset;
        step < steps;
        step++, at += BLOCKS * ringBits, i += LANES) {
      ByteVector bytes = ByteVector.fromArray(BYTES, packed, at);
      IntVector low =
          bytes.rearrange(window).reinterpretAsInts().lanewise(VectorOperators.LSHR, shift);
      IntVector high =
          bytes.rearrange(nextWindow).reinterpretAsInts().lanewise(VectorOperators.LSHL, nextShift);
      IntVector.fromArray(INTS, lanes, i).add(low.or(high).and(mask)).intoArray(lanes, i);
    }
  }

  @Override
  public void addPacked(
      byte[] packed, int offset, int blocks, int ringBits, long[] lanes, int laneOffset) {
    scalar.addPacked(packed, offset, blocks, ringBits, lanes, laneOffset);
  }

  @Override
  public void pack(
      int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    scalar.pack(lanes, laneOffset, blocks, ringBits, packed, offset);
  }

  @Override
  public void pack(
      long[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    scalar.pack(lanes, laneOffset, blocks, ringBits, packed, offset);
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
    scalar.quantize(values, from, count, scaleTo16, limitTo16, centre, noiseShift, lanes);
  }

  @Override
  public void dequantize(
      int[] lanes, int count, int mask, double zero, double factor, float[] out) {
    scalar.dequantize(lanes, count, mask, zero, factor, out);
  }

  @Override
  public double sumOfSquares(float[] values) {
    return scalar.sumOfSquares(values);
  }
}
