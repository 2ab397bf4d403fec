package dev.tributary.aggregation.protocol.access;

import dev.tributary.aggregation.protocol.FieldRules;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * 32 bytes that nobody could foresee, chosen by the coordinator and signed once by a device.
 * Compared by value; not secret.
 */
public final class Nonce {

  /** Length of a nonce. */
  public static final int LENGTH_BYTES = 32;

  private final byte[] bytes;

  private Nonce(byte[] owned) {
    this.bytes = owned;
  }

  /** A fresh nonce. */
  public static Nonce random(SecureRandom random) {
    byte[] bytes = new byte[LENGTH_BYTES];
    random.nextBytes(bytes);
    return new Nonce(bytes);
  }

  /**
   * The nonce with these bytes.
   *
   * @param bytes byte[32], copied
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException for another length
   */
  public static Nonce of(byte[] bytes) {
    FieldRules.exactBytes("nonce", bytes.length, LENGTH_BYTES);
    return new Nonce(bytes.clone());
  }

  /** A copy: byte[32]. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Nonce that && Arrays.equals(bytes, that.bytes);
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
