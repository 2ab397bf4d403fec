package dev.tributary.aggregation.protocol.access;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes that a device signs: a label that no other kind of message has, then parts of fixed
 * length, so that no two different lists of parts give the same bytes.
 */
final class SignedText {

  private SignedText() {}

  static byte[] of(String label, byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
