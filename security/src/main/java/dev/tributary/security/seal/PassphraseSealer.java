package dev.tributary.security.seal;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Seals content under a passphrase: a key by Argon2id (RFC 9106) and AES-256-GCM with it.
 *
 * <p>A sealed message is {@code form (1) ‖ memory KiB (4, big-endian) ‖ passes (1) ‖ lanes (1) ‖
 * salt (16) ‖ sealed}. The first 23 bytes are part of what is authenticated. Messages are made with
 * the second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes; a message that
 * asks for more than 1 GiB or 16 passes is not opened.
 */
public final class PassphraseSealer {

  private static final byte FORM = 1;
  private static final int SALT_BYTES = 16;
  private static final int HEADER_BYTES = 1 + Integer.BYTES + 1 + 1 + SALT_BYTES;
  private static final int MEMORY_KIB = 64 * 1024;
  private static final int PASSES = 3;
  private static final int LANES = 4;
  private static final int MAXIMUM_MEMORY_KIB = 1024 * 1024;
  private static final int MAXIMUM_PASSES = 16;
  private static final int MAXIMUM_LANES = 16;

  /** How much longer a sealed message is than its content. */
  public static final int OVERHEAD_BYTES = HEADER_BYTES + SealingKey.OVERHEAD_BYTES;

  private PassphraseSealer() {}

  /**
   * Seals {@code content}. Takes about 64 MiB of memory and a good part of a second.
   *
   * @param passphrase UTF-8, at least 1 byte
   * @param associatedData where it belongs, not secret and not part of the message
   * @return {@code content.length()} and {@link #OVERHEAD_BYTES} more, owned by the caller
   */
  public static byte[] seal(
      SecretBytes passphrase, byte[] associatedData, SecretBytes content, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] header =
        ByteBuffer.allocate(HEADER_BYTES)
            .put(FORM)
            .putInt(MEMORY_KIB)
            .put((byte) PASSES)
            .put((byte) LANES)
            .put(salt)
            .array();
    SealingKey key = key(passphrase, salt, MEMORY_KIB, PASSES, LANES);
    try {
      return joined(header, key.seal(joined(header, associatedData), content, random));
    } finally {
      key.destroy();
    }
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param sealed any bytes
   * @return the content; empty when it was not sealed under this passphrase with this associated
   *     data, or was changed since
   */
  public static Optional<SecretBytes> open(
      SecretBytes passphrase, byte[] associatedData, byte[] sealed) {
    if (sealed.length < OVERHEAD_BYTES) {
      return Optional.empty();
    }
    byte[] header = Arrays.copyOf(sealed, HEADER_BYTES);
    ByteBuffer fields = ByteBuffer.wrap(header);
    byte form = fields.get();
    int memoryKib = fields.getInt();
    int passes = Byte.toUnsignedInt(fields.get());
    int lanes = Byte.toUnsignedInt(fields.get());
    byte[] salt = new byte[SALT_BYTES];
    fields.get(salt);
    boolean affordable =
        form == FORM
            && passes >= 1
            && passes <= MAXIMUM_PASSES
            && lanes >= 1
            && lanes <= MAXIMUM_LANES
            && memoryKib >= 8 * lanes // RFC 9106, section 3.1
            && memoryKib <= MAXIMUM_MEMORY_KIB;
    if (!affordable) {
      return Optional.empty();
    }
    SealingKey key = key(passphrase, salt, memoryKib, passes, lanes);
    try {
      return key.open(
          joined(header, associatedData), Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length));
    } finally {
      key.destroy();
    }
  }

  private static SealingKey key(
      SecretBytes passphrase, byte[] salt, int memoryKib, int passes, int lanes) {
    if (passphrase.length() < 1) {
      throw new IllegalArgumentException("passphrase: expected at least 1 byte, got none");
    }
    return passphrase.lend(
        InsecureSecretAccess.get(),
        bytes -> {
          Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
          argon2.init(
              new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                  .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                  .withSalt(salt)
                  .withMemoryAsKB(memoryKib)
                  .withIterations(passes)
                  .withParallelism(lanes)
                  .build());
          byte[] key = new byte[SealingKey.LENGTH_BYTES];
          try {
            argon2.generateBytes(bytes, key);
            return SealingKey.of(SecretBytes.copyOf(key, InsecureSecretAccess.get()));
          } finally {
            Arrays.fill(key, (byte) 0);
          }
        });
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
