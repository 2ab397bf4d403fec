package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.identity.DeviceSignature;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The one update of a device in a round with keys: the masks that it was made with are gone.
 *
 * @param upload the id that it is sent under
 * @param digest of its bytes
 * @param lengthBytes at least 1
 * @param signature over the digest, by the device's key of the session
 */
public record SignedUpdate(
    UploadId upload, ContentDigest digest, long lengthBytes, DeviceSignature signature) {

  private static final int UPLOAD_BYTES = 16;
  private static final int DIGEST_BYTES = 32;

  public SignedUpdate {
    if (lengthBytes < 1) {
      throw new IllegalArgumentException("an update has at least 1 byte, not " + lengthBytes);
    }
  }

  /** {@code upload id ‖ digest ‖ u64 length ‖ signature}. */
  byte[] encode() {
    return ByteBuffer.allocate(
            UPLOAD_BYTES + DIGEST_BYTES + Long.BYTES + DeviceSignature.LENGTH_BYTES)
        .put(HexFormat.of().parseHex(upload.text()))
        .put(digest.bytes())
        .putLong(lengthBytes)
        .put(signature.toByteArray())
        .array();
  }

  /**
   * What {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are something else
   * @throws java.nio.BufferUnderflowException when they are too few
   */
  static SignedUpdate decode(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    return new SignedUpdate(
        new UploadId(HexFormat.of().formatHex(next(in, UPLOAD_BYTES))),
        ContentDigest.ofBytes(next(in, DIGEST_BYTES)),
        in.getLong(),
        DeviceSignature.of(next(in, in.remaining())));
  }

  private static byte[] next(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
