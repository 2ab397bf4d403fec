package dev.tributary.aggregation.runtime.step;

/**
 * The SplitMix64 generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
 * OOPSLA 2014), written out because shuffles and first weights must be the same on every machine
 * and Java version, for ever. Statistics only: never a secret.
 */
public final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /** The generator of a seed. */
  public SplitMix64(long seed) {
    this.state = seed;
  }

  /** A generator for one numbered purpose of a seed, far from those of the other purposes. */
  public static SplitMix64 stream(long seed, long purpose) {
    return new SplitMix64(mix(seed + GOLDEN_GAMMA) ^ mix(purpose * GOLDEN_GAMMA + 1));
  }

  /** 64 uniform bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * A uniform number in [0, bound), bound >= 1: Lemire's multiplication with rejection, no bias.
   */
  public int nextInt(int bound) {
    long product = (nextLong() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (nextLong() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /** A uniform multiple of 2^-53 in [0, 1). */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** A standard normal number: Box and Muller, with the exactly specified StrictMath. */
  public double nextNormal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
