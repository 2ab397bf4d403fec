package dev.tributary.security.identity;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * The public half of a device's identity: an Ed25519 key (RFC 8032), compared by value.
 *
 * <p>A value of this type is a canonical encoding of a point of the prime-order subgroup. Points of
 * small order are refused: with one of those as the key, a single signature is valid for many
 * messages, so holding the key would prove nothing. Safe for use by many threads.
 */
public final class DevicePublicKey {

  /** Length of an encoded key. */
  public static final int LENGTH_BYTES = 32;

  private final byte[] encoded;
  private final Ed25519PublicKeyParameters parameters;

  private DevicePublicKey(byte[] owned) {
    this.encoded = owned;
    this.parameters = new Ed25519PublicKeyParameters(owned, 0);
  }

  /**
   * Decodes and fully validates a key (RFC 8032, section 5.1.3, and its order).
   *
   * @param encoded byte[32], copied
   * @throws IllegalArgumentException when this is not a key of full order in its canonical encoding
   */
  public static DevicePublicKey of(byte[] encoded) {
    if (encoded.length != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "Ed25519 public key: expected " + LENGTH_BYTES + " bytes, got " + encoded.length);
    }
    byte[] copy = encoded.clone();
    if (!Ed25519.validatePublicKeyFull(copy, 0)) {
      throw new IllegalArgumentException(
          "Ed25519 public key: expected the canonical encoding of a point of prime order, got"
              + " something else");
    }
    return new DevicePublicKey(copy);
  }

  /** Whether {@code signature} was made by this key over exactly {@code message}. */
  public boolean verifies(byte[] message, DeviceSignature signature) {
    return parameters.verify(
        Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature.toByteArray(), 0);
  }

  /** A copy of the encoding: byte[32]. */
  public byte[] toByteArray() {
    return encoded.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DevicePublicKey that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** Lower-case hex, 64 characters. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(encoded);
  }
}
