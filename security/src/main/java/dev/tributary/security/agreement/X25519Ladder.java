package dev.tributary.security.agreement;

import static dev.tributary.security.agreement.Field25519.LIMBS;
import static dev.tributary.security.agreement.Field25519.add;
import static dev.tributary.security.agreement.Field25519.multiply;
import static dev.tributary.security.agreement.Field25519.multiplyByA24;
import static dev.tributary.security.agreement.Field25519.square;
import static dev.tributary.security.agreement.Field25519.subtract;
import static dev.tributary.security.agreement.Field25519.swap;

import java.util.Arrays;
import java.util.List;

/**
 * The function X25519 (RFC 7748, section 5): Montgomery's ladder over the bits of a scalar, the
 * same steps for each of them. What it computed with is overwritten.
 *
 * <p>A ladder ends in a fraction, and dividing is a tenth of its work. Of many points the
 * denominators are inverted together: prefix products, one inversion, and back (Montgomery's
 * trick).
 */
final class X25519Ladder {

  private static final int TOP_BIT = 254;

  private X25519Ladder() {}

  /**
   * The u-coordinate of a scalar times a point.
   *
   * @param scalar byte[32], clamped here: five of its bits are ignored
   * @param point byte[32]: a u-coordinate, of which the top bit is ignored and that need not be
   *     below p
   * @return byte[32]; zeros for a point of small order
   */
  static byte[] multiplied(byte[] scalar, byte[] point) {
    return multiplied(scalar, List.of(point)).get(0);
  }

  /**
   * The u-coordinates of a scalar times each of many points.
   *
   * @param scalar as above
   * @param points each as above
   * @return for each point its byte[32]
   */
  static List<byte[]> multiplied(byte[] scalar, List<byte[]> points) {
    byte[] bits = scalar.clone();
    bits[0] &= (byte) 0xf8;
    bits[31] = (byte) ((bits[31] & 0x7f) | 0x40);
    long[][] x = new long[points.size()][LIMBS];
    long[][] z = new long[points.size()][LIMBS];
    long[][] prefixes = new long[points.size()][LIMBS];
    long[] product = {1, 0, 0, 0, 0};
    long[] inverse = new long[LIMBS];
    try {
      for (int i = 0; i < x.length; i++) {
        climb(bits, Field25519.decode(points.get(i)), x[i], z[i]);
        if (Field25519.isZero(z[i])) { // of small order, which every scalar takes to zero
          Arrays.fill(x[i], 0);
          Arrays.fill(z[i], 0);
          z[i][0] = 1;
        }
        System.arraycopy(product, 0, prefixes[i], 0, LIMBS);
        multiply(product, z[i], product);
      }
      Field25519.invert(product, inverse);
      byte[][] results = new byte[x.length][];
      for (int i = x.length - 1; i >= 0; i--) {
        multiply(inverse, prefixes[i], prefixes[i]); // 1 / z
        multiply(inverse, z[i], inverse);
        multiply(x[i], prefixes[i], x[i]);
        results[i] = Field25519.encode(x[i]);
      }
      return List.of(results);
    } finally {
      Arrays.fill(bits, (byte) 0);
      Field25519.wipe(x);
      Field25519.wipe(z);
      Field25519.wipe(prefixes);
      Field25519.wipe(product, inverse);
    }
  }

  /**
   * The ladder itself: the u-coordinate as the fraction {@code x2 / z2}.
   *
   * @param bits the scalar, clamped
   * @param x1 the u-coordinate of the point
   * @param x2 zeros, overwritten
   * @param z2 zeros, overwritten
   */
  private static void climb(byte[] bits, long[] x1, long[] x2, long[] z2) {
    x2[0] = 1;
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
    } finally {
      Field25519.wipe(x3, z3, a, b, c, d, e);
    }
  }
}
