package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.security.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes to be hashed, signed or derived from: a label that says what for, then fields of fixed
 * length or hashes of those that have none, so that no two contents have the same bytes. Numbers
 * are 4 bytes, big-endian.
 */
final class Transcript {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Transcript(String label) {
    bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
  }

  static Transcript of(String label) {
    return new Transcript(label);
  }

  Transcript number(int value) {
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    return this;
  }

  /** Bytes of a length that the label fixes. */
  Transcript fixed(byte[] field) {
    bytes.writeBytes(field);
    return this;
  }

  Transcript fixed(OpaqueBytes field) {
    return fixed(field.toByteArray());
  }

  /** The SHA-256 of a field of any length. */
  Transcript hashOf(OpaqueBytes field) {
    return fixed(Sha256.of(field.toByteArray()));
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  byte[] sha256() {
    return Sha256.of(bytes.toByteArray());
  }
}
