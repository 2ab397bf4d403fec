package dev.tributary.security.agreement;

import java.util.Arrays;

/**
 * Arithmetic in the field of {@code p = 2^255 - 19} elements. An element is a {@code long[5]} whose
 * limb i counts {@code 2^(51 i)}. Nothing branches on a limb or looks one up. Results may be
 * written over operands.
 *
 * <p>Reduced is an element with limbs in [0, 2^51 + 2^16), loose one with limbs in [0, 2^53). Sums
 * and differences of reduced elements are loose; products and squares take loose elements, and are
 * reduced.
 *
 * <p>A product of two limbs is split at its 51st bit into the part that stays in its column and the
 * part that goes into the next, and both are had without masks: one factor is shifted left by 3,
 * the other by 10, so that the cut lies between the upper and the lower word of what the processor
 * multiplies. Columns stay below 2^58, and below 2^62 when the upper ones are folded in times 19.
 */
final class Field25519 {

  static final int LIMBS = 5;
  static final int LENGTH_BYTES = 32;

  private static final int LIMB_BITS = 51;
  private static final long MASK = (1L << LIMB_BITS) - 1;

  /** 2^255 = 19 in this field. */
  private static final long FOLD = 19;

  private static final int SHIFT_A = 3;
  private static final int SHIFT_B = 10;

  /** By which the lower word is too far to the left: both shifts. */
  private static final int SHIFT = SHIFT_A + SHIFT_B;

  /** The limbs of 2p: what a difference is kept above zero with. */
  private static final long TWICE_PRIME_0 = 2 * (MASK + 1 - FOLD);

  private static final long TWICE_PRIME = 2 * MASK;

  /** (486662 - 2) / 4 of curve25519 (RFC 7748, section 4.1). */
  private static final long A24 = 121665;

  private Field25519() {}

  /** The element of 32 little-endian bytes, without the last one's top bit. */
  static long[] decode(byte[] bytes) {
    long w0 = word(bytes, 0);
    long w1 = word(bytes, 8);
    long w2 = word(bytes, 16);
    long w3 = word(bytes, 24);
    return new long[] {
      w0 & MASK,
      ((w0 >>> 51) | (w1 << 13)) & MASK,
      ((w1 >>> 38) | (w2 << 26)) & MASK,
      ((w2 >>> 25) | (w3 << 39)) & MASK,
      (w3 >>> 12) & MASK
    };
  }

  private static long word(byte[] bytes, int offset) {
    long word = 0;
    for (int i = 7; i >= 0; i--) {
      word = (word << 8) | (bytes[offset + i] & 0xff);
    }
    return word;
  }

  /** The encoding of a reduced element: that of the number below p. */
  static byte[] encode(long[] a) {
    long c0 = a[0];
    long c1 = a[1];
    long c2 = a[2];
    long c3 = a[3];
    long c4 = a[4];
    for (int pass = 0; pass < 2; pass++) { // to a number below 2^255
      c1 += c0 >>> LIMB_BITS;
      c0 &= MASK;
      c2 += c1 >>> LIMB_BITS;
      c1 &= MASK;
      c3 += c2 >>> LIMB_BITS;
      c2 &= MASK;
      c4 += c3 >>> LIMB_BITS;
      c3 &= MASK;
      c0 += FOLD * (c4 >>> LIMB_BITS);
      c4 &= MASK;
    }
    long above = (c0 + FOLD) >>> LIMB_BITS; // 1 when it is p or more, otherwise 0
    above = (c1 + above) >>> LIMB_BITS;
    above = (c2 + above) >>> LIMB_BITS;
    above = (c3 + above) >>> LIMB_BITS;
    above = (c4 + above) >>> LIMB_BITS;
    c0 += FOLD * above;
    c1 += c0 >>> LIMB_BITS;
    c2 += c1 >>> LIMB_BITS;
    c3 += c2 >>> LIMB_BITS;
    c4 += c3 >>> LIMB_BITS;
    byte[] bytes = new byte[LENGTH_BYTES];
    putWord((c0 & MASK) | (c1 << 51), bytes, 0);
    putWord(((c1 & MASK) >>> 13) | (c2 << 38), bytes, 8);
    putWord(((c2 & MASK) >>> 26) | (c3 << 25), bytes, 16);
    putWord(((c3 & MASK) >>> 39) | ((c4 & MASK) << 12), bytes, 24);
    return bytes;
  }

  private static void putWord(long word, byte[] bytes, int offset) {
    for (int i = 0; i < 8; i++) {
      bytes[offset + i] = (byte) (word >>> (8 * i));
    }
  }

  /** Whether a reduced element is zero, which is for the caller to make no secret of. */
  static boolean isZero(long[] a) {
    byte[] encoded = encode(a);
    int anyBit = 0;
    for (byte b : encoded) {
      anyBit |= b;
    }
    Arrays.fill(encoded, (byte) 0);
    return anyBit == 0;
  }

  /** The sum of two reduced elements, loose. */
  static void add(long[] a, long[] b, long[] out) {
    out[0] = a[0] + b[0];
    out[1] = a[1] + b[1];
    out[2] = a[2] + b[2];
    out[3] = a[3] + b[3];
    out[4] = a[4] + b[4];
  }

  /** The difference of two reduced elements, loose. */
  static void subtract(long[] a, long[] b, long[] out) {
    out[0] = a[0] + TWICE_PRIME_0 - b[0];
    out[1] = a[1] + TWICE_PRIME - b[1];
    out[2] = a[2] + TWICE_PRIME - b[2];
    out[3] = a[3] + TWICE_PRIME - b[3];
    out[4] = a[4] + TWICE_PRIME - b[4];
  }

  /** The product of two loose elements, reduced. */
  static void multiply(long[] a, long[] b, long[] out) {
    long b0 = b[0] << SHIFT_B;
    long b1 = b[1] << SHIFT_B;
    long b2 = b[2] << SHIFT_B;
    long b3 = b[3] << SHIFT_B;
    long b4 = b[4] << SHIFT_B;

    long x = a[0] << SHIFT_A;
    long c0 = low(x, b0);
    long c1 = high(x, b0) + low(x, b1);
    long c2 = high(x, b1) + low(x, b2);
    long c3 = high(x, b2) + low(x, b3);
    long c4 = high(x, b3) + low(x, b4);
    long c5 = high(x, b4);

    x = a[1] << SHIFT_A;
    c1 += low(x, b0);
    c2 += high(x, b0) + low(x, b1);
    c3 += high(x, b1) + low(x, b2);
    c4 += high(x, b2) + low(x, b3);
    c5 += high(x, b3) + low(x, b4);
    long c6 = high(x, b4);

    x = a[2] << SHIFT_A;
    c2 += low(x, b0);
    c3 += high(x, b0) + low(x, b1);
    c4 += high(x, b1) + low(x, b2);
    c5 += high(x, b2) + low(x, b3);
    c6 += high(x, b3) + low(x, b4);
    long c7 = high(x, b4);

    x = a[3] << SHIFT_A;
    c3 += low(x, b0);
    c4 += high(x, b0) + low(x, b1);
    c5 += high(x, b1) + low(x, b2);
    c6 += high(x, b2) + low(x, b3);
    c7 += high(x, b3) + low(x, b4);
    long c8 = high(x, b4);

    x = a[4] << SHIFT_A;
    c4 += low(x, b0);
    c5 += high(x, b0) + low(x, b1);
    c6 += high(x, b1) + low(x, b2);
    c7 += high(x, b2) + low(x, b3);
    c8 += high(x, b3) + low(x, b4);
    long c9 = high(x, b4);

    reduce(c0 + FOLD * c5, c1 + FOLD * c6, c2 + FOLD * c7, c3 + FOLD * c8, c4 + FOLD * c9, out);
  }

  /** The square of a loose element, reduced: each product of two different limbs is taken once. */
  static void square(long[] a, long[] out) {
    long a0 = a[0] << SHIFT_A;
    long a1 = a[1] << SHIFT_A;
    long a2 = a[2] << SHIFT_A;
    long a3 = a[3] << SHIFT_A;
    long a4 = a[4] << SHIFT_A;
    long b0 = a[0] << SHIFT_B;
    long b1 = a[1] << SHIFT_B;
    long b2 = a[2] << SHIFT_B;
    long b3 = a[3] << SHIFT_B;
    long b4 = a[4] << SHIFT_B;
    long d0 = a0 << 1;
    long d1 = a1 << 1;
    long d2 = a2 << 1;
    long d3 = a3 << 1;

    long c0 = low(a0, b0);
    long c1 = high(a0, b0) + low(d0, b1);
    long c2 = high(d0, b1) + low(d0, b2) + low(a1, b1);
    long c3 = high(d0, b2) + high(a1, b1) + low(d0, b3) + low(d1, b2);
    long c4 = high(d0, b3) + high(d1, b2) + low(d0, b4) + low(d1, b3) + low(a2, b2);
    long c5 = high(d0, b4) + high(d1, b3) + high(a2, b2) + low(d1, b4) + low(d2, b3);
    long c6 = high(d1, b4) + high(d2, b3) + low(d2, b4) + low(a3, b3);
    long c7 = high(d2, b4) + high(a3, b3) + low(d3, b4);
    long c8 = high(d3, b4) + low(a4, b4);
    long c9 = high(a4, b4);

    reduce(c0 + FOLD * c5, c1 + FOLD * c6, c2 + FOLD * c7, c3 + FOLD * c8, c4 + FOLD * c9, out);
  }

  /** A loose element times (486662 - 2) / 4, reduced. */
  static void multiplyByA24(long[] a, long[] out) {
    long factor = A24 << SHIFT_B;
    long x0 = a[0] << SHIFT_A;
    long x1 = a[1] << SHIFT_A;
    long x2 = a[2] << SHIFT_A;
    long x3 = a[3] << SHIFT_A;
    long x4 = a[4] << SHIFT_A;
    reduce(
        low(x0, factor) + FOLD * high(x4, factor),
        high(x0, factor) + low(x1, factor),
        high(x1, factor) + low(x2, factor),
        high(x2, factor) + low(x3, factor),
        high(x3, factor) + low(x4, factor),
        out);
  }

  private static long low(long shiftedA, long shiftedB) {
    return (shiftedA * shiftedB) >>> SHIFT;
  }

  private static long high(long shiftedA, long shiftedB) {
    return Math.multiplyHigh(shiftedA, shiftedB);
  }

  /** One carry from each column, below 2^62, into the next: at most 19 * 2^11, below 2^16. */
  private static void reduce(long c0, long c1, long c2, long c3, long c4, long[] out) {
    out[0] = (c0 & MASK) + FOLD * (c4 >>> LIMB_BITS);
    out[1] = (c1 & MASK) + (c0 >>> LIMB_BITS);
    out[2] = (c2 & MASK) + (c1 >>> LIMB_BITS);
    out[3] = (c3 & MASK) + (c2 >>> LIMB_BITS);
    out[4] = (c4 & MASK) + (c3 >>> LIMB_BITS);
  }

  /**
   * {@code a^(p - 2)}, reduced: the inverse of a loose element, and 0 of 0. {@code out} is not
   * {@code a}.
   */
  static void invert(long[] a, long[] out) {
    long[] a11 = new long[LIMBS];
    long[] run = new long[LIMBS]; // a^(2^n - 1) for growing n
    long[] longer = new long[LIMBS];
    try {
      square(a, a11);
      squareTimes(a11, 2, out);
      multiply(out, a, longer); // a^9
      multiply(longer, a11, a11);
      square(a11, out);
      multiply(out, longer, run); // n = 5
      squareTimes(run, 5, out);
      multiply(out, run, run); // 10
      squareTimes(run, 10, out);
      multiply(out, run, longer); // 20
      squareTimes(longer, 20, out);
      multiply(out, longer, longer); // 40
      squareTimes(longer, 10, out);
      multiply(out, run, run); // 50
      squareTimes(run, 50, out);
      multiply(out, run, longer); // 100
      squareTimes(longer, 100, out);
      multiply(out, longer, longer); // 200
      squareTimes(longer, 50, out);
      multiply(out, run, run); // 250
      squareTimes(run, 5, out);
      multiply(out, a11, out); // 2^255 - 32 + 11
    } finally {
      wipe(a11, run, longer);
    }
  }

  private static void squareTimes(long[] a, int times, long[] out) {
    square(a, out);
    for (int i = 1; i < times; i++) {
      square(out, out);
    }
  }

  /** Swaps two elements when {@code mask} is -1, and leaves them when it is 0. */
  static void swap(long mask, long[] a, long[] b) {
    for (int i = 0; i < LIMBS; i++) {
      long difference = mask & (a[i] ^ b[i]);
      a[i] ^= difference;
      b[i] ^= difference;
    }
  }

  /** Overwrites elements that were secret. */
  static void wipe(long[]... elements) {
    for (long[] element : elements) {
      Arrays.fill(element, 0);
    }
  }
}
