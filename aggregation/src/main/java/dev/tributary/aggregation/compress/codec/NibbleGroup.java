package dev.tributary.aggregation.compress.codec;

/**
 * Up to 32 weights as whole numbers in [-7, 7] under one binary16 scale. One thread; used again and
 * again.
 *
 * <p>With 15 levels the scale that clips nothing is not the best one: a shorter scale serves the
 * many small weights at the price of the largest. Scales from 1 down to 0.7 of that are tried, as
 * they will be stored, and the one with the least squared error is kept.
 */
final class NibbleGroup {

  /** The most weights of a group. */
  static final int SIZE = 32;

  private static final int MOST = 7;
  private static final int CANDIDATES = 13;
  private static final float STEP = 0.025f;

  /** How much larger the squared error of an earlier scale may be. */
  private static final double TOLERANCE = 1.1;

  /** Measured in docs/adr/0017-deltas-between-versions.md. */
  private static final float HYSTERESIS = 0.6f;

  private final byte[] values = new byte[SIZE];
  private short scale;

  /**
   * Chooses the scale of {@code weights[offset .. offset + count)} and rounds them.
   *
   * @return false when the largest weight needs a scale that binary16 does not have
   */
  boolean quantize(float[] weights, int offset, int count) {
    float largest = 0;
    for (int i = offset; i < offset + count; i++) {
      largest = Math.max(largest, Math.abs(weights[i]));
    }
    if (!HalfFloat.fits(largest / MOST)) {
      return false;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int candidate = 0; candidate < CANDIDATES; candidate++) {
      short rounded = HalfFloat.of(largest / MOST * (1 - STEP * candidate));
      double error = squaredError(weights, offset, count, HalfFloat.toFloat(rounded));
      if (error < least) {
        least = error;
        scale = rounded;
      }
    }
    float chosen = HalfFloat.toFloat(scale);
    for (int i = 0; i < count; i++) {
      values[i] = (byte) rounded(weights[offset + i], chosen);
    }
    return true;
  }

  /**
   * Goes back to an earlier choice where that serves nearly as well as the one just made: a scale
   * that was the best for the version before is hardly worse now, and a number stays while its
   * weight is within {@value #HYSTERESIS} of it, in units of the scale.
   *
   * @param earlier the scale's bits
   * @param old the numbers under it
   */
  void keep(short earlier, byte[] old, float[] weights, int offset, int count) {
    float kept = HalfFloat.toFloat(earlier);
    if (squaredError(weights, offset, count, kept)
        > TOLERANCE * squaredError(weights, offset, count, HalfFloat.toFloat(scale))) {
      return;
    }
    scale = earlier;
    for (int i = 0; i < count; i++) {
      float exact = kept == 0 ? 0 : weights[offset + i] / kept;
      values[i] =
          Math.abs(exact - old[i]) <= HYSTERESIS
              ? old[i]
              : (byte) rounded(weights[offset + i], kept);
    }
  }

  private static double squaredError(float[] weights, int offset, int count, float scale) {
    double sum = 0;
    for (int i = offset; i < offset + count; i++) {
      double error = weights[i] - (double) rounded(weights[i], scale) * scale;
      sum += error * error;
    }
    return sum;
  }

  private static int rounded(float weight, float scale) {
    return scale == 0 ? 0 : (int) Math.max(-MOST, Math.min(MOST, Math.rint(weight / scale)));
  }

  /** The scale's bits. */
  short scale() {
    return scale;
  }

  /** A whole number in [-7, 7]. */
  byte value(int index) {
    return values[index];
  }
}
