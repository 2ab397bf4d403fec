package dev.tributary.security;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HKDF with SHA-256 (RFC 5869): one uniform secret made of uneven keying material, and from it as
 * many independent keys as there are labels.
 *
 * <p>HMAC (RFC 2104) is written out over the JDK's SHA-256: its inner state is then ours to
 * overwrite, and the digest runs on the processor's own instructions.
 */
public final class Hkdf {

  /** Length of a pseudorandom key, and of the hash. */
  public static final int HASH_LENGTH_BYTES = 32;

  /** The most that one pseudorandom key expands to for one info (section 2.3). */
  public static final int MAXIMUM_OUTPUT_BYTES = 255 * HASH_LENGTH_BYTES;

  private static final int BLOCK_BYTES = 64;
  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  private Hkdf() {}

  /**
   * HKDF-Extract (section 2.2).
   *
   * @param salt not secret, any length; empty means that there is none
   * @param keyingMaterial any length
   * @return the pseudorandom key, 32 bytes
   * @throws IllegalStateException when {@code keyingMaterial} was destroyed
   */
  public static SecretBytes extract(byte[] salt, SecretBytes keyingMaterial) {
    byte[] key =
        keyingMaterial.lend(
            InsecureSecretAccess.get(),
            material -> {
              Hmac hmac = new Hmac(salt);
              byte[] out = new byte[HASH_LENGTH_BYTES];
              hmac.start();
              hmac.update(material);
              hmac.finish(out);
              hmac.destroy();
              return out;
            });
    return taken(key);
  }

  /**
   * HKDF-Expand (section 2.3).
   *
   * @param pseudorandomKey uniform, at least 32 bytes
   * @param info what the output is for: different infos give independent outputs
   * @param lengthBytes length of the output, 1 to 8160
   * @throws IllegalArgumentException for a shorter key or another length
   * @throws IllegalStateException when {@code pseudorandomKey} was destroyed
   */
  public static SecretBytes expand(SecretBytes pseudorandomKey, byte[] info, int lengthBytes) {
    if (pseudorandomKey.length() < HASH_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "HKDF pseudorandom key: expected at least "
              + HASH_LENGTH_BYTES
              + " bytes, got "
              + pseudorandomKey.length());
    }
    if (lengthBytes < 1 || lengthBytes > MAXIMUM_OUTPUT_BYTES) {
      throw new IllegalArgumentException(
          "HKDF output: expected 1 to " + MAXIMUM_OUTPUT_BYTES + " bytes, got " + lengthBytes);
    }
    return taken(
        pseudorandomKey.lend(InsecureSecretAccess.get(), key -> blocks(key, info, lengthBytes)));
  }

  /** {@link #extract} and then {@link #expand}. */
  public static SecretBytes derive(
      byte[] salt, SecretBytes keyingMaterial, byte[] info, int lengthBytes) {
    SecretBytes key = extract(salt, keyingMaterial);
    try {
      return expand(key, info, lengthBytes);
    } finally {
      key.destroy();
    }
  }

  /** T(1), T(2), ... of section 2.3. */
  private static byte[] blocks(byte[] key, byte[] info, int lengthBytes) {
    byte[] out = new byte[lengthBytes];
    byte[] block = new byte[HASH_LENGTH_BYTES];
    Hmac hmac = new Hmac(key);
    for (int done = 0, number = 1; done < lengthBytes; done += HASH_LENGTH_BYTES, number++) {
      hmac.start();
      if (number > 1) {
        hmac.update(block);
      }
      hmac.update(info);
      hmac.update(new byte[] {(byte) number});
      hmac.finish(block);
      System.arraycopy(block, 0, out, done, Math.min(HASH_LENGTH_BYTES, lengthBytes - done));
    }
    hmac.destroy();
    Arrays.fill(block, (byte) 0);
    return out;
  }

  private static SecretBytes taken(byte[] owned) {
    try {
      return SecretBytes.copyOf(owned, InsecureSecretAccess.get());
    } finally {
      Arrays.fill(owned, (byte) 0);
    }
  }

  /** HMAC-SHA-256 under one key, for message after message. */
  private static final class Hmac {

    private final MessageDigest digest = Sha256.start();
    private final byte[] inner = new byte[BLOCK_BYTES];
    private final byte[] outer = new byte[BLOCK_BYTES];

    Hmac(byte[] key) {
      byte[] fitting = key.length > BLOCK_BYTES ? Sha256.of(key) : key;
      for (int i = 0; i < BLOCK_BYTES; i++) {
        byte padded = i < fitting.length ? fitting[i] : 0;
        inner[i] = (byte) (padded ^ INNER_PAD);
        outer[i] = (byte) (padded ^ OUTER_PAD);
      }
    }

    void start() {
      digest.update(inner);
    }

    void update(byte[] bytes) {
      digest.update(bytes);
    }

    void finish(byte[] out) {
      byte[] inside = digest.digest();
      digest.update(outer);
      digest.update(inside);
      byte[] tag = digest.digest();
      System.arraycopy(tag, 0, out, 0, HASH_LENGTH_BYTES);
      Arrays.fill(inside, (byte) 0);
      Arrays.fill(tag, (byte) 0);
    }

    void destroy() {
      Arrays.fill(inner, (byte) 0);
      Arrays.fill(outer, (byte) 0);
      digest.reset();
    }
  }
}
