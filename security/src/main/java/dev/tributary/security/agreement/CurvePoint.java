package dev.tributary.security.agreement;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What is checked of a public X25519 point: its one canonical encoding, and that it is not of small
 * order. Points on the twist are left alone; the function is safe on both (RFC 7748, section 7).
 */
final class CurvePoint {

  private static final int LENGTH_BYTES = X25519KeyExchange.KEY_LENGTH_BYTES;

  /** 2^255 - 19, big-endian. */
  private static final byte[] PRIME =
      BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19)).toByteArray();

  /**
   * The u-coordinates of order 1, 2, 4 and 8 on the curve and its twist, as encoded: 0, 1, p - 1
   * and the two of order 8. Their other encodings are not canonical.
   */
  private static final List<byte[]> SMALL_ORDER =
      List.of(
          HexFormat.of().parseHex("00".repeat(32)),
          HexFormat.of().parseHex("01" + "00".repeat(31)),
          HexFormat.of().parseHex("ec" + "ff".repeat(30) + "7f"),
          HexFormat.of()
              .parseHex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
          HexFormat.of()
              .parseHex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"));

  private CurvePoint() {}

  /**
   * Checks the 32 bytes at {@code offset}.
   *
   * @throws IllegalArgumentException when they are not canonical or of small order
   */
  static void check(byte[] encoded, int offset) {
    byte[] point = Arrays.copyOfRange(encoded, offset, offset + LENGTH_BYTES);
    if (!isBelowPrime(point)) {
      throw new IllegalArgumentException(
          "X25519 public key: expected a number below 2^255 - 19, got a second encoding of one");
    }
    if (SMALL_ORDER.stream().anyMatch(small -> Arrays.equals(small, point))) {
      throw new IllegalArgumentException(
          "X25519 public key: expected a point of full order, got one of small order");
    }
  }

  private static boolean isBelowPrime(byte[] littleEndian) {
    for (int i = 0; i < LENGTH_BYTES; i++) {
      int difference = (littleEndian[LENGTH_BYTES - 1 - i] & 0xff) - (PRIME[i] & 0xff);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }
}
