package dev.tributary.aggregation.kernels;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adding and packing with the Vector API: a byte shuffle puts the bytes of each residue under its
 * lane, which a loop over longs cannot express. C2 makes vector code of the other kernels by
 * itself, so those are the scalar ones.
 *
 * <p>Only loaded where the module {@code jdk.incubator.vector} is present, see {@link Kernels}.
 */
final class VectorKernels implements LaneKernels {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int LANES = INTS.length();
  private static final int BLOCKS = LANES / ResidueBlocks.RESIDUES_PER_BLOCK;
  private static final int MAX_RING_BITS = Integer.SIZE;
  private static final int MIN_PACKED_BITS = 4;
  private static final int MAX_PACKED_BITS = 29;

  private final LaneKernels scalar;
  private final Unpacking[] unpackings = new Unpacking[MAX_RING_BITS + 1];
  private final Packing[] packings = new Packing[MAX_PACKED_BITS + 1];

  /** Whether vectors of this machine hold whole blocks. */
  static boolean fitsThisMachine() {
    return BLOCKS >= 1;
  }

  VectorKernels(LaneKernels scalar) {
    this.scalar = scalar;
    for (int ringBits = 1; ringBits <= MAX_RING_BITS; ringBits++) {
      unpackings[ringBits] = Unpacking.of(ringBits);
    }
    for (int ringBits = MIN_PACKED_BITS; ringBits <= MAX_PACKED_BITS; ringBits++) {
      packings[ringBits] = Packing.of(ringBits);
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
  public void addWords(byte[] words, int offset, int count, int[] lanes, int laneOffset) {
    scalar.addWords(words, offset, count, lanes, laneOffset);
  }

  @Override
  public void subtractWords(byte[] words, int offset, int count, int[] lanes, int laneOffset) {
    scalar.subtractWords(words, offset, count, lanes, laneOffset);
  }

  @Override
  public void addWords(byte[] words, int offset, int count, long[] lanes, int laneOffset) {
    scalar.addWords(words, offset, count, lanes, laneOffset);
  }

  @Override
  public void subtractWords(byte[] words, int offset, int count, long[] lanes, int laneOffset) {
    scalar.subtractWords(words, offset, count, lanes, laneOffset);
  }

  /**
   * Where packed bytes come from. Two lanes make a pair of 2r bits in a long, shifted left by the
   * bit at which it begins in its first byte. A packed byte holds bits of one pair, or of two.
   */
  private record Packing(
      LongVector shift,
      VectorShuffle<Byte> first,
      VectorShuffle<Byte> second,
      ByteVector hasSecond) {

    static Packing of(int ringBits) {
      int pairBits = 2 * ringBits;
      long[] shift = new long[LONGS.length()];
      for (int pair = 0; pair < shift.length; pair++) {
        shift[pair] = (long) pair * pairBits % Byte.SIZE;
      }
      int[] first = new int[BYTES.length()];
      int[] second = new int[BYTES.length()];
      byte[] hasSecond =
          new byte[BYTES.length()]; // all bits or none: a masked shuffle is slow on 17
      for (int b = 0; b < BLOCKS * ringBits; b++) {
        int firstPair = 8 * b / pairBits;
        int secondPair = (8 * b + 7) / pairBits;
        first[b] = sourceByte(b, firstPair, pairBits);
        if (secondPair != firstPair) {
          second[b] = sourceByte(b, secondPair, pairBits);
          hasSecond[b] = -1;
        }
      }
      return new Packing(
          LongVector.fromArray(LONGS, shift, 0),
          VectorShuffle.fromArray(BYTES, first, 0),
          VectorShuffle.fromArray(BYTES, second, 0),
          ByteVector.fromArray(BYTES, hasSecond, 0));
    }

    private static int sourceByte(int packedByte, int pair, int pairBits) {
      return pair * Long.BYTES + packedByte - pair * pairBits / 8;
    }
  }

  @Override
  public void pack(
      int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset) {
    int done = 0;
    if (ringBits >= MIN_PACKED_BITS && ringBits <= MAX_PACKED_BITS) {
      int stepBytes = BLOCKS * ringBits;
      int writable =
          blocks * ringBits - BYTES.length(); // a store also writes zeros behind its step
      int steps = writable < 0 ? 0 : writable / stepBytes + 1;
      packWhole(lanes, laneOffset, steps, ringBits, packed, offset, packings[ringBits]);
      done = steps * BLOCKS;
    }
    scalar.pack(
        lanes,
        laneOffset + done * ResidueBlocks.RESIDUES_PER_BLOCK,
        blocks - done,
        ringBits,
        packed,
        offset + done * ringBits);
  }

  private static void packWhole(
      int[] lanes,
      int laneOffset,
      int steps,
      int ringBits,
      byte[] packed,
      int offset,
      Packing packing) {
    long lowMask = (1L << ringBits) - 1;
    long highMask = lowMask << ringBits;
    LongVector shift = packing.shift();
    VectorShuffle<Byte> first = packing.first();
    VectorShuffle<Byte> second = packing.second();
    ByteVector hasSecond = packing.hasSecond();
    for (int step = 0, at = offset, i = laneOffset;
        step < steps;
        step++, at += BLOCKS * ringBits, i += LANES) {
      LongVector twoLanes = IntVector.fromArray(INTS, lanes, i).reinterpretAsLongs();
      LongVector high =
          twoLanes.lanewise(VectorOperators.LSHR, Integer.SIZE - ringBits).and(highMask);
      ByteVector pairs =
          twoLanes.and(lowMask).or(high).lanewise(VectorOperators.LSHL, shift).reinterpretAsBytes();
      pairs.rearrange(first).or(pairs.rearrange(second).and(hasSecond)).intoArray(packed, at);
    }
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
