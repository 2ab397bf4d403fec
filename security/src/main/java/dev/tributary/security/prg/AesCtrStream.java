package dev.tributary.security.prg;

import dev.tributary.security.AesCipher;
import dev.tributary.security.BugException;
import dev.tributary.security.Hkdf;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A pseudorandom stream of bytes: the keystream of AES in counter mode (NIST SP 800-38A, section
 * 6.5) with a 128-bit big-endian counter that starts at zero. The same key gives the same stream on
 * every machine, however it is divided over calls.
 *
 * <p>The stream continues from call to call, so one instance serves one purpose; a key is never
 * used for two streams.
 *
 * <p>The cipher is the JDK's own: its AES-CTR runs at 10 to 18 GB/s where Bouncy Castle's runs at
 * 0.15. It is fed in chunks of 8 KiB: HotSpot replaces the block loop by vector instructions when
 * the method is entered again, and a single call over megabytes stays interpreted (measured 0.1 to
 * 0.35 GB/s).
 *
 * <p>For one thread at a time.
 */
public final class AesCtrStream {

  /** Length of a seed. */
  public static final int SEED_LENGTH_BYTES = 32;

  private static final int BLOCK_BYTES = 16;
  private static final int CHUNK_BYTES = 8 * 1024;
  private static final byte[] ZEROS = new byte[CHUNK_BYTES];
  private static final String SEED_LABEL = "tributary/prg/v1/";

  private final Cipher cipher;
  private final byte[] words = new byte[CHUNK_BYTES];

  /** The stream from a given counter block on, for test vectors. */
  AesCtrStream(byte[] key, byte[] counter) {
    cipher = AesCipher.counterMode();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
    } catch (GeneralSecurityException e) {
      throw new BugException("AES-CTR takes keys of 16 and 32 bytes", e);
    }
  }

  /**
   * The keystream of {@code key}.
   *
   * @param key byte[16] for AES-128 or byte[32] for AES-256; used for no other stream; not kept
   * @throws IllegalArgumentException for another length
   */
  public static AesCtrStream withKey(byte[] key) {
    if (key.length != 16 && key.length != 32) {
      throw new IllegalArgumentException("AES-CTR key: expected 16 or 32 bytes, got " + key.length);
    }
    return new AesCtrStream(key, new byte[BLOCK_BYTES]);
  }

  /**
   * The AES-128 stream that belongs to a seed and a purpose: its key is the first 16 bytes of
   * HKDF-SHA256 (RFC 5869) with the seed as keying material, no salt, and {@code
   * "tributary/prg/v1/" + purpose} as info. Streams of one seed for different purposes are
   * independent.
   *
   * @param seed byte[32], not kept
   * @param purpose what the stream is for, such as {@code "rounding"}; ASCII
   * @throws IllegalArgumentException for a seed of another length
   */
  public static AesCtrStream fromSeed(byte[] seed, String purpose) {
    if (seed.length != SEED_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "seed of a stream: expected " + SEED_LENGTH_BYTES + " bytes, got " + seed.length);
    }
    byte[] info = (SEED_LABEL + purpose).getBytes(StandardCharsets.US_ASCII);
    SecretBytes material = SecretBytes.copyOf(seed, InsecureSecretAccess.get());
    SecretBytes key = Hkdf.derive(new byte[0], material, info, 16);
    try {
      return key.lend(InsecureSecretAccess.get(), AesCtrStream::withKey);
    } finally {
      key.destroy();
      material.destroy();
    }
  }

  /** Overwrites all of {@code out} with the next bytes of the stream. */
  public void fill(byte[] out) {
    fill(out, 0, out.length);
  }

  /**
   * Overwrites a range of {@code out} with the next bytes of the stream.
   *
   * @throws IndexOutOfBoundsException when the range does not lie within {@code out}
   */
  public void fill(byte[] out, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, out.length);
    for (int done = 0, count; done < length; done += count) {
      count = Math.min(CHUNK_BYTES, length - done);
      next(out, offset + done, count);
    }
  }

  /**
   * Overwrites all of {@code out} with the next {@code 4 * out.length} bytes of the stream, four to
   * an int, the least significant first. All 2^32 values are equally likely.
   */
  public void fill(int[] out) {
    for (int done = 0, count; done < out.length; done += count) {
      count = Math.min(CHUNK_BYTES / Integer.BYTES, out.length - done);
      next(words, 0, count * Integer.BYTES);
      ByteBuffer.wrap(words).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(out, done, count);
    }
  }

  private void next(byte[] out, int offset, int length) {
    try {
      int written = cipher.update(ZEROS, 0, length, out, offset);
      if (written != length) {
        throw new BugException("AES-CTR gave " + written + " bytes for " + length);
      }
    } catch (ShortBufferException e) {
      throw new BugException("AES-CTR needs no more room than its input", e);
    }
  }
}
