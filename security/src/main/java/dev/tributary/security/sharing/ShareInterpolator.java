package dev.tributary.security.sharing;

import java.util.Objects;

/**
 * Takes shares at given points to the value of their polynomials at one more point: at 0, which is
 * the secret, or where another share lies, which tells whether that one is true.
 *
 * <p>The Lagrange coefficients depend on the points alone. They are computed once ({@code t^2}
 * multiplications and one inversion), and then each secret costs {@code 5 t} multiplications and
 * allocates nothing.
 *
 * <p>With fewer points than the threshold, or a false share, the result is a wrong value: compare
 * it with something that is known of the secret. Immutable, for use by many threads.
 */
public final class ShareInterpolator {

  private final int[] points;
  private final long[] coefficients;

  private ShareInterpolator(int[] points, long[] coefficients) {
    this.points = points;
    this.coefficients = coefficients;
  }

  /**
   * For secrets.
   *
   * @param points where the given shares lie: each at least 1 and only once; copied
   * @throws IllegalArgumentException when that is not so
   */
  public static ShareInterpolator atZero(int[] points) {
    return of(0, SharePoints.checked(points));
  }

  /**
   * For shares at another point.
   *
   * @param target at least 1
   * @param points as in {@link #atZero}
   * @throws IllegalArgumentException when that is not so
   */
  public static ShareInterpolator at(int target, int[] points) {
    if (target < 1) {
      throw new IllegalArgumentException("point of a share: expected at least 1, got " + target);
    }
    return of(target, SharePoints.checked(points));
  }

  /** How many shares it takes. */
  public int shareCount() {
    return points.length;
  }

  /**
   * The secret of these shares, when the target is 0.
   *
   * @param shares from {@code sharesOffset} on 40 bytes for each point, in the order of the points
   * @param secret overwritten from {@code secretOffset} on: 32 bytes
   * @return false when the shares are not of any 32-byte secret, so that at least one is false;
   *     {@code secret} holds nothing of use then
   * @throws IllegalArgumentException when a share holds a number that is not below 2^61 - 1
   * @throws IndexOutOfBoundsException when an array is too short
   */
  public boolean secret(byte[] shares, int sharesOffset, byte[] secret, int secretOffset) {
    checkShares(shares, sharesOffset);
    Objects.checkFromIndexSize(secretOffset, Limbs.SECRET_BYTES, secret.length);
    return Limbs.toSecret(
        limb(shares, sharesOffset),
        limb(shares, sharesOffset + 8),
        limb(shares, sharesOffset + 16),
        limb(shares, sharesOffset + 24),
        limb(shares, sharesOffset + 32),
        secret,
        secretOffset);
  }

  /**
   * The share at the target that belongs to these shares.
   *
   * @param shares as in {@link #secret}
   * @param share overwritten from {@code shareOffset} on: 40 bytes
   * @throws IllegalArgumentException when a share holds a number that is not below 2^61 - 1
   * @throws IndexOutOfBoundsException when an array is too short
   */
  public void share(byte[] shares, int sharesOffset, byte[] share, int shareOffset) {
    checkShares(shares, sharesOffset);
    Objects.checkFromIndexSize(shareOffset, Limbs.SHARE_BYTES, share.length);
    for (int i = 0; i < Limbs.COUNT; i++) {
      Limbs.put(share, shareOffset + i * Long.BYTES, limb(shares, sharesOffset + i * Long.BYTES));
    }
  }

  private void checkShares(byte[] shares, int offset) {
    Objects.checkFromIndexSize(offset, points.length * Limbs.SHARE_BYTES, shares.length);
    for (int i = 0; i < points.length; i++) {
      SecretShare.checkLimbs(shares, offset + i * Limbs.SHARE_BYTES, points[i]);
    }
  }

  /**
   * The limb of every share at {@code offset} and each 40 bytes after it, weighted and added. A sum
   * is below (2^61 + 4) + (2^62 + 2^8) before its reduction.
   */
  private long limb(byte[] shares, int offset) {
    long sum = 0;
    for (int i = 0, at = offset; i < coefficients.length; i++, at += Limbs.SHARE_BYTES) {
      sum = Field61.loose(sum + Field61.multiplyUnreduced(coefficients[i], Limbs.get(shares, at)));
    }
    return Field61.canonical(sum);
  }

  /**
   * Coefficient i is the product over j of (target - x_j) / (x_i - x_j). The denominators are
   * inverted together: prefix products, one inversion, and back (Montgomery's trick). Points are
   * not secret.
   */
  private static ShareInterpolator of(int target, int[] points) {
    int count = points.length;
    long[] numerators = new long[count];
    long[] denominators = new long[count];
    long[] prefixes = new long[count];
    long product = 1;
    for (int i = 0; i < count; i++) {
      long numerator = 1;
      long denominator = 1;
      for (int j = 0; j < count; j++) {
        if (i != j) {
          numerator = Field61.multiply(numerator, Field61.subtract(target, points[j]));
          denominator = Field61.multiply(denominator, Field61.subtract(points[i], points[j]));
        }
      }
      numerators[i] = numerator;
      denominators[i] = denominator;
      prefixes[i] = product;
      product = Field61.multiply(product, denominator);
    }
    long inverse = Field61.invert(product);
    for (int i = count - 1; i >= 0; i--) {
      numerators[i] = Field61.multiply(numerators[i], Field61.multiply(inverse, prefixes[i]));
      inverse = Field61.multiply(inverse, denominators[i]);
    }
    return new ShareInterpolator(points, numerators);
  }
}
