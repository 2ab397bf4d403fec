package dev.tributary.security.sharing;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One share of a secret: the point that it lies at, and there the values of five polynomials.
 *
 * <p>Compared by value in constant time; redacted in {@code toString}. Whether a share belongs to
 * the secret that it is said to belong to, it does not show.
 */
public final class SecretShare {

  /** Length of an encoded share: five field elements of 8 bytes, see {@link ShamirSharing}. */
  public static final int LENGTH_BYTES = Limbs.SHARE_BYTES;

  private final int point;
  private final SecretBytes value;

  private SecretShare(int point, SecretBytes value) {
    this.point = point;
    this.value = value;
  }

  /**
   * The share at a point.
   *
   * @param point at least 1
   * @param value byte[40], five numbers below 2^61 - 1, each little-endian; copied
   * @throws IllegalArgumentException for another point, length or number; says nothing of the
   *     content
   */
  public static SecretShare of(int point, byte[] value) {
    if (point < 1) {
      throw new IllegalArgumentException("point of a share: expected at least 1, got " + point);
    }
    if (value.length != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "share at point " + point + ": expected " + LENGTH_BYTES + " bytes, got " + value.length);
    }
    byte[] copy = value.clone();
    checkLimbs(copy, 0, point);
    return ofOwned(point, copy);
  }

  /** Takes {@code value} over: it is overwritten. */
  static SecretShare ofOwned(int point, byte[] value) {
    SecretBytes bytes = SecretBytes.copyOf(value, InsecureSecretAccess.get());
    Arrays.fill(value, (byte) 0);
    return new SecretShare(point, bytes);
  }

  /** Looks at all limbs before it decides, so that the time tells nothing of an honest share. */
  static void checkLimbs(byte[] shares, int offset, int point) {
    long excess = 0;
    for (int i = 0; i < Limbs.COUNT; i++) {
      excess |= Field61.excess(Limbs.get(shares, offset + i * Long.BYTES));
    }
    if (excess != 0) {
      throw new IllegalArgumentException(
          "share at point " + point + ": expected numbers below 2^61 - 1, got a larger one");
    }
  }

  /** Where the share lies: at least 1, not secret. */
  public int point() {
    return point;
  }

  /** The value: 40 bytes, still owned by the share. */
  public SecretBytes value() {
    return value;
  }

  /** Forgets the value. */
  public void destroy() {
    value.destroy();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretShare that && point == that.point && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return point;
  }

  @Override
  public String toString() {
    return "SecretShare[point=" + point + ", value redacted]";
  }
}
