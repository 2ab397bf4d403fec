package dev.tributary.security.prg;

import dev.tributary.security.Hkdf;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The block cipher behind an {@link AesCtrStream}, and the rule by which it gets its key: one key
 * for each pair of seed and context, so that no two contexts of one seed share a counter block.
 *
 * <p>The key is HKDF-SHA256 (RFC 5869) of the seed, without salt, with the info {@code
 * "tributary/stream/v1/" ‖ label ‖ 0x00 ‖ context}, cut to the length of the cipher's keys; the
 * label is {@code aes-128} or {@code aes-256}, the counter starts at zero.
 */
public enum StreamCipher {
  AES_128("aes-128", 16),
  AES_256("aes-256", 32);

  private final String label;
  private final int keyLengthBytes;

  StreamCipher(String label, int keyLengthBytes) {
    this.label = label;
    this.keyLengthBytes = keyLengthBytes;
  }

  /** Length of a key: 16 or 32. */
  public int keyLengthBytes() {
    return keyLengthBytes;
  }

  /**
   * The key for a seed in a context.
   *
   * @param seed 32 bytes
   * @param context what the stream is for, any length; not secret
   * @throws IllegalArgumentException for a seed of another length
   */
  public SecretBytes key(SecretBytes seed, byte[] context) {
    if (seed.length() != AesCtrStream.SEED_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "seed of a stream: expected "
              + AesCtrStream.SEED_LENGTH_BYTES
              + " bytes, got "
              + seed.length());
    }
    byte[] infoStart = ("tributary/stream/v1/" + label + '\0').getBytes(StandardCharsets.US_ASCII);
    byte[] info =
        ByteBuffer.allocate(infoStart.length + context.length).put(infoStart).put(context).array();
    return Hkdf.derive(new byte[0], seed, info, keyLengthBytes);
  }

  /**
   * The stream for a seed in a context, from its first byte.
   *
   * @throws IllegalArgumentException as {@link #key}
   */
  public AesCtrStream stream(SecretBytes seed, byte[] context) {
    SecretBytes key = key(seed, context);
    try {
      return key.lend(InsecureSecretAccess.get(), AesCtrStream::withKey);
    } finally {
      key.destroy();
    }
  }
}
