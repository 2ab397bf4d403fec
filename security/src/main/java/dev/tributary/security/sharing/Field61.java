package dev.tributary.security.sharing;

/**
 * Arithmetic in the field of {@code p = 2^61 - 1} elements, a Mersenne prime: 2^61 = 1, so a number
 * is reduced by adding its upper bits to its lower 61.
 *
 * <p>Canonical is an element in [0, p), loose one in [0, 2^61 + 16): loops stay loose and make
 * their result canonical once. Nothing branches on a value or looks one up.
 */
final class Field61 {

  /** 2^61 - 1. */
  static final long PRIME = (1L << 61) - 1;

  private static final int BITS = 61;

  private Field61() {}

  /** The sum of two loose elements, canonical: below 2^63 before it is reduced. */
  static long add(long a, long b) {
    return canonical(a + b);
  }

  /** The difference of two canonical elements, canonical. */
  static long subtract(long a, long b) {
    return canonical(a + PRIME - b);
  }

  /** The product of two loose elements, canonical. */
  static long multiply(long a, long b) {
    return canonical(multiplyUnreduced(a, b));
  }

  /**
   * A number congruent to the product, below 2^62 + 2^8: there is room for a loose element beside
   * it in a signed long.
   *
   * <p>The product is below 2^122 + 2^67, its upper word below 2^58 + 2^3; shifted left by 3 and
   * joined with the 3 upper bits of the lower word that is the product's part from 2^61 on, below
   * 2^61 + 2^7. The part below 2^61 is added to it.
   *
   * @param a loose
   * @param b loose
   */
  static long multiplyUnreduced(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return (low & PRIME) + ((high << (Long.SIZE - BITS)) | (low >>> BITS));
  }

  /**
   * The loose element congruent to {@code x}: below 2^61 + 4.
   *
   * @param x in [0, 2^63)
   */
  static long loose(long x) {
    return (x & PRIME) + (x >>> BITS);
  }

  /**
   * The canonical element congruent to {@code x}.
   *
   * @param x in [0, 2^63)
   */
  static long canonical(long x) {
    long difference = loose(x) - PRIME;
    // all ones when the loose element was below p and is to be restored
    long below = difference >> (Long.SIZE - 1);
    return difference + (PRIME & below);
  }

  /** Zero when the 64 bits {@code x} are a canonical element, something else when not. */
  static long excess(long x) {
    long difference = (x & PRIME) - PRIME;
    return (x >>> BITS) | ~(difference >> (Long.SIZE - 1));
  }

  /**
   * 1 / a, by Fermat a^(p - 2), where p - 2 = 4 (2^59 - 1) + 1.
   *
   * @param a canonical, not zero
   */
  static long invert(long a) {
    long power = a;
    for (int ones = 1; ones < 59; ones++) {
      power = multiply(multiply(power, power), a);
    }
    power = multiply(power, power);
    power = multiply(power, power);
    return multiply(power, a);
  }
}
