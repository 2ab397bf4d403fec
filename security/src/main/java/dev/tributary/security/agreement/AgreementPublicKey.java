package dev.tributary.security.agreement;

import dev.tributary.security.Sha256;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The public half of an {@link AgreementKeyPair}: a valid key of its suite in its only encoding,
 * compared by value. Safe for use by many threads.
 */
public final class AgreementPublicKey {

  private final CipherSuite suite;
  private final byte[] encoded;

  private AgreementPublicKey(CipherSuite suite, byte[] owned) {
    this.suite = suite;
    this.encoded = owned;
  }

  /**
   * Decodes and validates a key.
   *
   * @param encoded byte[32] in {@code CLASSIC}: a u-coordinate below 2^255 - 19, little-endian, not
   *     of small order; byte[1216] in {@code HYBRID}: an ML-KEM-768 key with its coefficients
   *     reduced (FIPS 203, section 7.2) and then such a coordinate; copied
   * @throws IllegalArgumentException for anything else
   */
  public static AgreementPublicKey of(CipherSuite suite, byte[] encoded) {
    byte[] copy = encoded.clone();
    suite.checkPublicKey(copy);
    return new AgreementPublicKey(suite, copy);
  }

  /** The key of our own making, which needs no check. */
  static AgreementPublicKey ofOwn(CipherSuite suite, byte[] owned) {
    return new AgreementPublicKey(suite, owned);
  }

  /** The suite that the key belongs to. */
  public CipherSuite suite() {
    return suite;
  }

  /** A copy of the encoding: byte[{@link CipherSuite#publicKeyLengthBytes()}]. */
  public byte[] toByteArray() {
    return encoded.clone();
  }

  /** The encoding itself, for reading only. */
  byte[] encoded() {
    return encoded;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AgreementPublicKey that
        && suite == that.suite
        && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** The suite and the beginning of the key's SHA-256. */
  @Override
  public String toString() {
    return "AgreementPublicKey["
        + suite
        + ", sha256="
        + HexFormat.of().formatHex(Sha256.of(encoded), 0, 8)
        + "...]";
  }
}
