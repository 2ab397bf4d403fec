package dev.tributary.security.sharing;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * Splits many secrets between the same points with the same threshold (Shamir, "How to share a
 * secret", 1979). Allocates only when it is made: 88 bytes for each of {@code threshold}.
 *
 * <p>The secret's limb is the value at 0 of a polynomial whose other coefficients are uniform in
 * [0, p). They come from the random bytes in this order: for degree 1 to threshold - 1, for limb 0
 * to 4, eight bytes, little-endian, without their three upper bits, and drawn again when that is p.
 *
 * <p>For one thread at a time. {@code n} points and threshold {@code t} cost {@code 5 n (t - 1)}
 * multiplications.
 */
public final class SecretSplitter implements AutoCloseable {

  private final int threshold;
  private final int[] points;
  private final long[] secretLimbs = new long[Limbs.COUNT];
  // long[threshold - 1][5], the coefficients of degree 1 and more
  private final long[] coefficients;
  private final byte[] drawn;

  private SecretSplitter(int threshold, int[] points) {
    this.threshold = threshold;
    this.points = points;
    this.coefficients = new long[(threshold - 1) * Limbs.COUNT];
    this.drawn = new byte[coefficients.length * Long.BYTES];
  }

  /**
   * A splitter for these points.
   *
   * @param threshold how many shares give the secret: 2 to the number of points. With 1 each share
   *     would be the secret.
   * @param points where the shares lie: each at least 1 and only once; copied
   * @throws IllegalArgumentException when that is not so
   */
  public static SecretSplitter of(int threshold, int[] points) {
    int[] checked = SharePoints.checked(points);
    if (threshold < 2 || threshold > checked.length) {
      throw new IllegalArgumentException(
          "threshold of shares: expected 2 to the number of points, "
              + checked.length
              + ", got "
              + threshold);
    }
    return new SecretSplitter(threshold, checked);
  }

  /** How many shares give the secret. */
  public int threshold() {
    return threshold;
  }

  /** How many shares there are. */
  public int shareCount() {
    return points.length;
  }

  /**
   * Splits one secret.
   *
   * @param secret 32 bytes at {@code secretOffset}
   * @param random a generator fit for keys
   * @param shares overwritten from {@code sharesOffset} on: 40 bytes for each point, in the order
   *     of the points
   * @throws IndexOutOfBoundsException when an array is too short; nothing is written then
   */
  public void split(
      byte[] secret, int secretOffset, SecureRandom random, byte[] shares, int sharesOffset) {
    Objects.checkFromIndexSize(secretOffset, Limbs.SECRET_BYTES, secret.length);
    Objects.checkFromIndexSize(sharesOffset, points.length * Limbs.SHARE_BYTES, shares.length);
    Limbs.ofSecret(secret, secretOffset, secretLimbs);
    drawCoefficients(random);
    for (int i = 0; i < points.length; i++) {
      evaluate(points[i], shares, sharesOffset + i * Limbs.SHARE_BYTES);
    }
  }

  /** Overwrites what is left of the last secret. */
  @Override
  public void close() {
    Arrays.fill(secretLimbs, 0);
    Arrays.fill(coefficients, 0);
    Arrays.fill(drawn, (byte) 0);
  }

  /** Rejection: only numbers that are thrown away decide how often it draws. */
  private void drawCoefficients(SecureRandom random) {
    random.nextBytes(drawn);
    int next = 0;
    for (int i = 0; i < coefficients.length; i++) {
      long candidate;
      do {
        if (next == drawn.length) {
          random.nextBytes(drawn);
          next = 0;
        }
        candidate = Limbs.get(drawn, next) & Field61.PRIME;
        next += Long.BYTES;
      } while (candidate == Field61.PRIME);
      coefficients[i] = candidate;
    }
  }

  /** Horner's rule for the five limbs at once; every intermediate value is loose. */
  private void evaluate(int x, byte[] out, int offset) {
    int at = coefficients.length - Limbs.COUNT;
    long v0 = coefficients[at];
    long v1 = coefficients[at + 1];
    long v2 = coefficients[at + 2];
    long v3 = coefficients[at + 3];
    long v4 = coefficients[at + 4];
    for (at -= Limbs.COUNT; at >= 0; at -= Limbs.COUNT) {
      v0 = next(v0, x, coefficients[at]);
      v1 = next(v1, x, coefficients[at + 1]);
      v2 = next(v2, x, coefficients[at + 2]);
      v3 = next(v3, x, coefficients[at + 3]);
      v4 = next(v4, x, coefficients[at + 4]);
    }
    Limbs.put(out, offset, Field61.canonical(next(v0, x, secretLimbs[0])));
    Limbs.put(out, offset + 8, Field61.canonical(next(v1, x, secretLimbs[1])));
    Limbs.put(out, offset + 16, Field61.canonical(next(v2, x, secretLimbs[2])));
    Limbs.put(out, offset + 24, Field61.canonical(next(v3, x, secretLimbs[3])));
    Limbs.put(out, offset + 32, Field61.canonical(next(v4, x, secretLimbs[4])));
  }

  /** {@code value * x + coefficient}: below 2^62 + 2^8 + 2^61 before its reduction. */
  private static long next(long value, long x, long coefficient) {
    return Field61.loose(Field61.multiplyUnreduced(value, x) + coefficient);
  }
}
