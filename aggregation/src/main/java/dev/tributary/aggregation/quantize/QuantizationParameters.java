package dev.tributary.aggregation.quantize;

/**
 * The arithmetic of one round, shared by both halves: the device that turns an update into integers
 * and the coordinator that turns their sum back. Travels in the round's manifest.
 *
 * <p>Integers: a coordinate x of the clipped update, hard-clamped to [-c, c] and multiplied by the
 * device's weight w in (0, 1], becomes the lane {@code centre + round(w * x * centre / c)}, with
 * centre = 2^(b-1) - 1 and unbiased stochastic rounding; zero becomes exactly the centre. One lane
 * more carries {@code w * (2^b - 1)}, which is an integer by the choice of w. Every lane is in [0,
 * 2^b).
 *
 * <p>No wrap: the sum of at most {@code maxDevices} lanes is below maxDevices * 2^b &lt;=
 * 2^ringBits, so the sum mod 2^ringBits is the sum itself.
 *
 * @param parameters coordinates of the update, 1 to 2^30
 * @param bits b, bits of one lane before summing, 2 to 32; 8 or 16 for an update
 * @param ringBits r, bits of one residue on the wire, b + ceil(log2 maxDevices) or more, at most
 *     {@link #MAX_RING_BITS}
 * @param clipNorm S, bound of the Euclidean norm of an update, above 0; infinity means no clipping
 * @param range c, bound of the absolute value of each coordinate, above 0 and finite
 * @param maxExamples n_max, example count at which a device's weight reaches 1, at least 1
 * @param maxDevices the most updates in one sum, at least 1
 */
public record QuantizationParameters(
    int parameters,
    int bits,
    int ringBits,
    float clipNorm,
    float range,
    int maxExamples,
    int maxDevices) {

  /** The widest residue: a sum of such residues is kept in 64-bit lanes. */
  public static final int MAX_RING_BITS = 56;

  /** The most bits of a lane of an update: its rounding is made for no more. */
  public static final int MAX_UPDATE_BITS = 16;

  /** The widest residue of an update: its sum is kept in 32-bit lanes. */
  public static final int MAX_UPDATE_RING_BITS = 32;

  private static final int MAX_PARAMETERS = 1 << 30;
  private static final int EVALUATION_BITS = 32;

  public QuantizationParameters {
    requireBetween("parameters", parameters, 1, MAX_PARAMETERS);
    requireBetween("bits", bits, 2, 32);
    requireBetween("maxExamples", maxExamples, 1, Integer.MAX_VALUE);
    requireBetween("maxDevices", maxDevices, 1, Integer.MAX_VALUE);
    int needed = bits + ceilLog2(maxDevices);
    if (ringBits < needed || ringBits > MAX_RING_BITS) {
      throw new IllegalArgumentException(
          "ringBits: expected "
              + needed
              + " (bits "
              + bits
              + " + ceil(log2 of maxDevices "
              + maxDevices
              + ")) to "
              + MAX_RING_BITS
              + ", got "
              + ringBits);
    }
    if (!(clipNorm > 0)) {
      throw new IllegalArgumentException(
          "clipNorm: expected above 0 (infinity for none), got " + clipNorm);
    }
    if (!(range > 0) || Float.isInfinite(range)) {
      throw new IllegalArgumentException("range: expected above 0 and finite, got " + range);
    }
  }

  /**
   * The parameters of a training round, with the smallest modulus that holds its sum.
   *
   * @param bits 8 or 16
   * @throws IllegalArgumentException if the combination cannot work; the message names the number
   *     to change
   */
  public static QuantizationParameters forTraining(
      int parameters, int bits, float clipNorm, float range, int maxExamples, int maxDevices) {
    if (bits != 8 && bits != 16) {
      throw new IllegalArgumentException("bits: expected 8 or 16, got " + bits);
    }
    requireBetween("maxDevices", maxDevices, 1, Integer.MAX_VALUE);
    int ringBits = bits + ceilLog2(maxDevices);
    if (ringBits > MAX_UPDATE_RING_BITS) {
      int mostDevices = 1 << (MAX_UPDATE_RING_BITS - bits);
      throw new IllegalArgumentException(
          "maxDevices "
              + maxDevices
              + " with bits "
              + bits
              + " needs "
              + ringBits
              + " ring bits, more than "
              + MAX_UPDATE_RING_BITS
              + ": lower maxDevices to "
              + mostDevices
              + " or below"
              + (bits == 16 && maxDevices <= 1 << 24 ? ", or set bits to 8" : ""));
    }
    return new QuantizationParameters(
        parameters, bits, ringBits, clipNorm, range, maxExamples, maxDevices);
  }

  /**
   * The parameters of an evaluation round: exact counts of a confusion matrix and one lane for the
   * loss, 32 bits each.
   *
   * @param classes at least 2
   * @throws IllegalArgumentException if the combination cannot work; the message names the number
   *     to change
   */
  public static QuantizationParameters forEvaluation(int classes, int maxDevices) {
    requireBetween("classes", classes, 2, 32_768);
    requireBetween("maxDevices", maxDevices, 1, 1 << (MAX_RING_BITS - EVALUATION_BITS));
    int ringBits = EVALUATION_BITS + ceilLog2(maxDevices);
    return new QuantizationParameters(
        classes * classes, EVALUATION_BITS, ringBits, Float.POSITIVE_INFINITY, 1f, 1, maxDevices);
  }

  /** Lanes of one vector: a coordinate for each parameter and one more. */
  public int vectorLength() {
    return parameters + 1;
  }

  /**
   * The exact length of one packed vector: vectorLength residues of ringBits bits, rounded up to a
   * byte.
   */
  public long packedBytes() {
    return ((long) vectorLength() * ringBits + 7) / 8;
  }

  /** The largest value of a lane: 2^bits - 1. */
  public long maxLane() {
    return (1L << bits) - 1;
  }

  /**
   * The lane that stands for zero: 2^(bits-1) - 1. Also the number of steps from zero to {@code
   * range}.
   */
  public long centre() {
    return (1L << (bits - 1)) - 1;
  }

  /** The width of one quantisation step of a device with weight 1: range / centre. */
  public double step() {
    return (double) range / centre();
  }

  /** ceil(log2 n) for n of at least 1. */
  private static int ceilLog2(int n) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": expected " + least + " to " + most + ", got " + value);
    }
  }
}
