package dev.tributary.aggregation.kernels;

/**
 * The loops over whole vectors that a round spends its arithmetic in. A provider is immutable and
 * safe for any thread; every provider gives the same bits.
 *
 * <p>Packed residues: eight residues of r bits are a block of r bytes; bit k of a block is bit k%8
 * of its byte k/8, and residue i of a block is its bits [i*r, (i+1)*r).
 */
public interface LaneKernels {

  /** The name of this provider in logs and benchmarks. */
  String name();

  /**
   * Adds packed residues to lanes: {@code lanes[laneOffset + i] += residue i}, mod 2^32.
   *
   * @param packed holds {@code blocks * ringBits} bytes from {@code offset}
   * @param ringBits r, 1 to 32
   * @param lanes holds {@code 8 * blocks} lanes from {@code laneOffset}
   */
  void addPacked(byte[] packed, int offset, int blocks, int ringBits, int[] lanes, int laneOffset);

  /**
   * Adds packed residues to lanes: {@code lanes[laneOffset + i] += residue i}, mod 2^64.
   *
   * @param ringBits r, 1 to 56
   */
  void addPacked(byte[] packed, int offset, int blocks, int ringBits, long[] lanes, int laneOffset);

  /**
   * Packs the low r bits of each lane.
   *
   * @param lanes holds {@code 8 * blocks} lanes from {@code laneOffset}; bits from r up are ignored
   * @param ringBits r, 1 to 56; above 32 the high bits of a residue are zero
   * @param packed receives {@code blocks * ringBits} bytes from {@code offset}
   */
  void pack(int[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset);

  /**
   * Packs the low r bits of each lane.
   *
   * @param lanes holds {@code 8 * blocks} lanes from {@code laneOffset}; bits from r up are ignored
   * @param ringBits r, 1 to 56
   * @param packed receives {@code blocks * ringBits} bytes from {@code offset}
   */
  void pack(long[] lanes, int laneOffset, int blocks, int ringBits, byte[] packed, int offset);

  /**
   * Rounds values stochastically to integers, in place of their noise: {@code lane = centre +
   * floor(t + u)} with t the scaled and clamped value and u uniform in [0, 1) in steps of 2^-16.
   *
   * <p>The fixed point t * 2^16 is a float product, off by at most 2^-23 |t| (the factor and the
   * product are rounded once each), truncated towards zero. So the expectation of a lane is off by
   * less than 2^-16 + 2^-23 |t|, and zero gives exactly the centre. No wrap: |limit| + 2^16 - 1
   * &lt;= 2^31 - 1.
   *
   * @param values all finite
   * @param from index of the first value and of its lane
   * @param count how many
   * @param scaleTo16 factor from a value to t * 2^16
   * @param limitTo16 bound of |t * 2^16|, at most (2^15 - 1) * 2^16
   * @param noiseShift u * 2^16 is the 16 bits of the lane from this bit on, 0 to 16
   * @param lanes uniform words on entry, rounded values on return
   */
  void quantize(
      float[] values,
      int from,
      int count,
      float scaleTo16,
      int limitTo16,
      int centre,
      int noiseShift,
      int[] lanes);

  /**
   * Turns summed lanes into reals: {@code out = (float) (((lane & mask) - zero) * factor)}, the
   * lane read as unsigned and the arithmetic in double.
   *
   * @param count how many, from the first
   * @param mask 2^r - 1
   * @param zero the sum that stands for zero
   */
  void dequantize(int[] lanes, int count, int mask, double zero, double factor, float[] out);

  /**
   * The sum of squares in double: 256 partial sums, value i going into sum i%256, then added as a
   * balanced tree, so that the result depends on neither provider nor machine.
   */
  double sumOfSquares(float[] values);
}
