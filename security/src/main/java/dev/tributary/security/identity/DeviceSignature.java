package dev.tributary.security.identity;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 signature (RFC 8032, section 5.1.6): 64 bytes, compared by value. Not secret.
 *
 * <p>Holding one says nothing about its validity: see {@link DevicePublicKey#verifies}.
 */
public final class DeviceSignature {

  /** Length of a signature. */
  public static final int LENGTH_BYTES = 64;

  private final byte[] bytes;

  private DeviceSignature(byte[] owned) {
    this.bytes = owned;
  }

  /**
   * The signature with these bytes.
   *
   * @param bytes byte[64], copied
   * @throws IllegalArgumentException for any other length
   */
  public static DeviceSignature of(byte[] bytes) {
    if (bytes.length != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "Ed25519 signature: expected " + LENGTH_BYTES + " bytes, got " + bytes.length);
    }
    return new DeviceSignature(bytes.clone());
  }

  /** A copy: byte[64]. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeviceSignature that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Lower-case hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
