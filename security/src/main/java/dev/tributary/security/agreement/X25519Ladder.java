package dev.tributary.security.agreement;

import static dev.tributary.security.agreement.Field25519.LIMBS;
import static dev.tributary.security.agreement.Field25519.add;
import static dev.tributary.security.agreement.Field25519.multiply;
import static dev.tributary.security.agreement.Field25519.multiplyByA24;
import static dev.tributary.security.agreement.Field25519.square;
import static dev.tributary.security.agreement.Field25519.subtract;
import static dev.tributary.security.agreement.Field25519.swap;

import java.util.Arrays;

/**
 * The function X25519 (RFC 7748, section 5): Montgomery's ladder over the bits of a scalar, the
 * same steps for each of them. What it computed with is overwritten.
 */
final class X25519Ladder {

  private static final int TOP_BIT = 254;

  private X25519Ladder() {}

  /**
   * The u-coordinate of a scalar times a point.
   *
   * @param scalar byte[32], clamped here: five of its bits are ignored
   * @param point the 32 bytes at {@code offset}: a u-coordinate, of which the top bit is ignored
   *     and that need not be below p
   * @return byte[32]; zeros for a point of small order
   */
  static byte[] multiplied(byte[] scalar, byte[] point, int offset) {
    long[] x1 = Field25519.decode(point, offset);
    byte[] bits = scalar.clone();
    bits[0] &= (byte) 0xf8;
    bits[31] = (byte) ((bits[31] & 0x7f) | 0x40);
    long[] x2 = {1, 0, 0, 0, 0};
    long[] z2 = new long[LIMBS];
    long[] x3 = x1.clone();
    long[] z3 = {1, 0, 0, 0, 0};
    long[] a = new long[LIMBS];
    long[] b = new long[LIMBS];
    long[] c = new long[LIMBS];
    long[] d = new long[LIMBS];
    long[] e = new long[LIMBS];
    try {
      long before = 0;
      for (int t = TOP_BIT; t >= 0; t--) {
        long bit = ((long) bits[t >>> 3] >>> (t & 7)) & 1;
        swap(-(before ^ bit), x2, x3);
        swap(-(before ^ bit), z2, z3);
        before = bit;

        add(x2, z2, a);
        subtract(x2, z2, b);
        add(x3, z3, c);
        subtract(x3, z3, d);
        multiply(d, a, d); // DA
        multiply(c, b, c); // CB
        square(a, a); // AA
        square(b, b); // BB
        add(d, c, x3);
        square(x3, x3);
        subtract(d, c, z3);
        square(z3, z3);
        multiply(z3, x1, z3);
        multiply(a, b, x2);
        subtract(a, b, e);
        multiplyByA24(e, z2);
        add(a, z2, z2);
        multiply(e, z2, z2);
      }
      swap(-before, x2, x3);
      swap(-before, z2, z3);
      Field25519.invert(z2, a);
      multiply(x2, a, a);
      return Field25519.encode(a);
    } finally {
      Arrays.fill(bits, (byte) 0);
      Field25519.wipe(x2, z2, x3, z3, a, b, c, d, e);
    }
  }
}
