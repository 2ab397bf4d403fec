package dev.tributary.security.sharing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 32-byte secret as field elements, and field elements as bytes.
 *
 * <p>The secret is read as an integer of 256 bits, its first byte the least significant. Limb
 * {@code i} of five is bits 60 i to 60 i + 59 of it, so that limbs 0 to 3 are below 2^60 and limb 4
 * below 2^16. A share is its five limbs in this order, each 8 bytes, the least significant first.
 */
final class Limbs {

  static final int SECRET_BYTES = 32;
  static final int COUNT = 5;
  static final int SHARE_BYTES = COUNT * Long.BYTES;

  private static final int LIMB_BITS = 60;
  private static final int LAST_LIMB_BITS = 16;
  private static final long LIMB_MASK = (1L << LIMB_BITS) - 1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Limbs() {}

  /** The eight bytes at {@code offset} as a number. */
  static long get(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }

  /** Writes {@code value} to the eight bytes at {@code offset}. */
  static void put(byte[] bytes, int offset, long value) {
    LONGS.set(bytes, offset, value);
  }

  /** Writes the limbs of the secret at {@code offset} to {@code limbs[0..4]}. */
  static void ofSecret(byte[] secret, int offset, long[] limbs) {
    long w0 = get(secret, offset);
    long w1 = get(secret, offset + 8);
    long w2 = get(secret, offset + 16);
    long w3 = get(secret, offset + 24);
    limbs[0] = w0 & LIMB_MASK;
    limbs[1] = (w0 >>> 60 | w1 << 4) & LIMB_MASK;
    limbs[2] = (w1 >>> 56 | w2 << 8) & LIMB_MASK;
    limbs[3] = (w2 >>> 52 | w3 << 12) & LIMB_MASK;
    limbs[4] = w3 >>> 48;
  }

  /**
   * Writes the secret with these limbs.
   *
   * @return whether there is such a secret: when a limb is too large, {@code secret} holds nothing
   *     of use
   */
  static boolean toSecret(long l0, long l1, long l2, long l3, long l4, byte[] out, int offset) {
    put(out, offset, l0 | l1 << 60);
    put(out, offset + 8, l1 >>> 4 | l2 << 56);
    put(out, offset + 16, l2 >>> 8 | l3 << 52);
    put(out, offset + 24, l3 >>> 12 | l4 << 48);
    return ((l0 | l1 | l2 | l3) >>> LIMB_BITS | l4 >>> LAST_LIMB_BITS) == 0;
  }
}
