package dev.tributary.aggregation.protocol;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that a message carries and its codec does not interpret: a key, a certificate, a hash, a
 * sealed box. Copied in and out, compared by value; not secret. Immutable, for use by many threads.
 */
public final class OpaqueBytes {

  /** No bytes. */
  public static final OpaqueBytes EMPTY = new OpaqueBytes(new byte[0]);

  private static final int SHOWN_BYTES = 16;

  private final byte[] bytes;

  private OpaqueBytes(byte[] owned) {
    this.bytes = owned;
  }

  /** These bytes, copied. */
  public static OpaqueBytes of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new OpaqueBytes(bytes.clone());
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /**
   * The byte at {@code position}, 0..255.
   *
   * @throws IndexOutOfBoundsException when there is none
   */
  public int at(int position) {
    return Byte.toUnsignedInt(bytes[position]);
  }

  /** A copy. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OpaqueBytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** How many there are, and the first ones in lower-case hex. */
  @Override
  public String toString() {
    int shown = Math.min(bytes.length, SHOWN_BYTES);
    return bytes.length
        + " bytes "
        + HexFormat.of().formatHex(bytes, 0, shown)
        + (shown < bytes.length ? ".." : "");
  }
}
