package dev.tributary.aggregation.compress.codec;

/**
 * IEEE 754 binary16 in the bits of a {@code short}. (The JDK's own conversions are younger than the
 * Java that devices run.)
 */
final class HalfFloat {

  /** The largest finite value. */
  static final float MAX_VALUE = 65_504f;

  private static final int INFINITY_FROM = 0x477f_f000; // 65520: half way to what follows MAX_VALUE
  private static final int NORMAL_FROM = 0x3880_0000; // 2^-14
  private static final int EXPONENT_SHIFT = 13;
  private static final int BIAS_DIFFERENCE = 112 << 23; // 127 - 15, in a float's exponent

  private HalfFloat() {}

  /** Whether rounding leaves the value finite: |value| < 65520. False for NaN. */
  static boolean fits(float value) {
    return (Float.floatToRawIntBits(value) & 0x7fff_ffff) < INFINITY_FROM;
  }

  /** The nearest half, ties to even, of a value that {@link #fits}. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fff_ffff;
    if (magnitude >= INFINITY_FROM) {
      throw new IllegalArgumentException("binary16: expected |value| < 65520, got " + value);
    }
    if (magnitude < NORMAL_FROM) {
      // Neighbours in [0.5, 1) lie 2^-24 apart, as subnormal halves do: the sum rounds as they
      // round.
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(0.5f)));
    }
    int toEven = 0xfff + ((magnitude >>> EXPONENT_SHIFT) & 1);
    return (short) (sign | ((magnitude + toEven - BIAS_DIFFERENCE) >>> EXPONENT_SHIFT));
  }

  /** The exact value; infinite or NaN where the bits say so. */
  static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    int magnitude;
    if (exponent == 0x1f) {
      magnitude = 0x7f80_0000 | (mantissa << EXPONENT_SHIFT);
    } else if (exponent == 0) {
      magnitude = Float.floatToRawIntBits(mantissa * 0x1p-24f);
    } else {
      magnitude = ((exponent << 23) + BIAS_DIFFERENCE) | (mantissa << EXPONENT_SHIFT);
    }
    return Float.intBitsToFloat(sign | magnitude);
  }
}
