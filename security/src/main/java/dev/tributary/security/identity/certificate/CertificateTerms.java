package dev.tributary.security.identity.certificate;

import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * What is to be certified of the holder of a key.
 *
 * @param subject the device, an opaque text of 1 to 64 characters without control characters: the
 *     common name
 * @param population the group that it belongs to, likewise: the organizational unit
 * @param serial positive, at most 20 bytes (RFC 5280, section 4.1.2.2), used by an authority once
 * @param validity from when to when
 */
public record CertificateTerms(
    String subject, String population, BigInteger serial, Validity validity) {

  private static final int MAXIMUM_TEXT_LENGTH = 64;
  private static final int MAXIMUM_SERIAL_BITS = 159;
  private static final int RANDOM_SERIAL_BITS = 127;

  /** Checks texts and serial. */
  public CertificateTerms {
    checkText("subject", subject);
    checkText("population", population);
    checkSerial(serial);
  }

  /** A serial that was not used yet: 127 random bits, not zero. */
  public static BigInteger randomSerial(SecureRandom random) {
    return new BigInteger(RANDOM_SERIAL_BITS, random).max(BigInteger.ONE);
  }

  static void checkSerial(BigInteger serial) {
    if (serial.signum() <= 0 || serial.bitLength() > MAXIMUM_SERIAL_BITS) {
      throw new IllegalArgumentException(
          "serial: expected a positive number of at most 20 bytes, got "
              + serial.bitLength()
              + " bits with sign "
              + serial.signum());
    }
  }

  /** X.520's upper bound, which other readers enforce. */
  static void checkText(String what, String text) {
    if (text.isEmpty() || text.codePointCount(0, text.length()) > MAXIMUM_TEXT_LENGTH) {
      throw new IllegalArgumentException(
          what + ": expected 1 to " + MAXIMUM_TEXT_LENGTH + " characters, got " + text.length());
    }
    if (text.codePoints().anyMatch(CertificateTerms::isUnfit)) {
      throw new IllegalArgumentException(
          what + ": expected no control characters and no halves of characters, got one");
    }
  }

  private static boolean isUnfit(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }
}
