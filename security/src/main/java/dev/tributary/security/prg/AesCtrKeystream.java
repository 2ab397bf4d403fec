package dev.tributary.security.prg;

import dev.tributary.security.AesCipher;
import dev.tributary.security.BugException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;

/**
 * The same keystream as {@link AesCtrStream#withKey}, for one key after the other and from any
 * block on: byte i of the stream belongs to counter block {@code i / 16}.
 *
 * <p>Made for masks, where thousands of keys are run over pieces of a vector. The cipher is looked
 * up once; a key schedule (0.4 us on 25, 1.3 us on 17, as much as 3 to 10 KiB of stream) is made
 * only when the key differs from the one before.
 *
 * <p>For one thread at a time.
 */
public final class AesCtrKeystream {

  /** Length of a counter block. */
  public static final int BLOCK_BYTES = 16;

  /** The most that one call of the cipher gets: as much as gains, see docs/adr/0012. */
  private static final int CHUNK_BYTES = 32 * 1024;

  private static final byte[] ZEROS = new byte[CHUNK_BYTES];
  private static final byte[] ONES = ones();
  private static final byte[] NO_KEY = new byte[16];

  private final Cipher cipher;

  /** A generator without a key; {@link #seek} comes first. */
  public AesCtrKeystream() {
    cipher = AesCipher.counterMode();
    WarmUp.happened();
  }

  private AesCtrKeystream(Cipher cipher) {
    this.cipher = cipher;
  }

  /**
   * Goes to a block of the stream of a key.
   *
   * @param key byte[16] for AES-128 or byte[32] for AES-256; the caller overwrites it when done
   * @param block index of the counter block that comes next, at least 0
   * @throws IllegalArgumentException for a key of another length or a negative block
   */
  public void seek(byte[] key, long block) {
    if (key.length != 16 && key.length != 32) {
      throw new IllegalArgumentException("AES-CTR key: expected 16 or 32 bytes, got " + key.length);
    }
    if (block < 0) {
      throw new IllegalArgumentException("AES-CTR block: expected at least 0, got " + block);
    }
    byte[] counter = ByteBuffer.allocate(BLOCK_BYTES).putLong(0).putLong(block).array();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, new LentKey(key), new IvParameterSpec(counter));
    } catch (GeneralSecurityException e) {
      throw new BugException("AES-CTR takes keys of 16 and 32 bytes", e);
    }
  }

  /**
   * Overwrites a range of {@code out} with the next bytes of the stream.
   *
   * @throws IndexOutOfBoundsException when the range does not lie within {@code out}
   * @throws IllegalStateException before the first {@link #seek}
   */
  public void fill(byte[] out, int offset, int length) {
    encrypt(ZEROS, out, offset, length);
  }

  /**
   * Overwrites a range of {@code out} with the next bytes of the stream, every bit inverted: at no
   * cost, for whoever subtracts by {@code -x = ~x + 1}.
   *
   * @throws IndexOutOfBoundsException when the range does not lie within {@code out}
   * @throws IllegalStateException before the first {@link #seek}
   */
  public void fillInverted(byte[] out, int offset, int length) {
    encrypt(ONES, out, offset, length);
  }

  private void encrypt(byte[] chunk, byte[] out, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, out.length);
    try {
      for (int done = 0, count; done < length; done += count) {
        count = Math.min(CHUNK_BYTES, length - done);
        int written = cipher.update(chunk, 0, count, out, offset + done);
        if (written != count) {
          throw new BugException("AES-CTR gave " + written + " bytes for " + count);
        }
      }
    } catch (ShortBufferException e) {
      throw new BugException("AES-CTR needs no more room than its input", e);
    }
  }

  private static byte[] ones() {
    byte[] ones = new byte[CHUNK_BYTES];
    Arrays.fill(ones, (byte) -1);
    return ones;
  }

  /**
   * Makes the cipher overwrite its copies of the last key and its schedule, by giving it a key of
   * zeros. Best effort: a moving collector may have left an older copy behind.
   */
  public void forgetKey() {
    seek(NO_KEY, 0);
  }

  /**
   * Calls of one block, until HotSpot has compiled their path. It counts calls, not bytes, and only
   * compiled code has the vector loop: with calls of 8 KiB the first 40 to 100 MB of a process run
   * at a tenth of the speed. Costs 20 ms, once.
   */
  private static final class WarmUp {

    private static final int CALLS = 60_000;

    static {
      AesCtrKeystream stream = new AesCtrKeystream(AesCipher.counterMode());
      byte[] block = new byte[BLOCK_BYTES];
      stream.seek(NO_KEY, 0);
      for (int i = 0; i < CALLS; i++) {
        stream.fill(block, 0, BLOCK_BYTES);
      }
    }

    private WarmUp() {}

    /** Returns when it has. */
    static void happened() {}
  }

  /**
   * Shows the caller's bytes to the cipher, which copies them and overwrites its copy; a {@code
   * SecretKeySpec} would leave one more behind.
   */
  private static final class LentKey implements SecretKey {

    private static final long serialVersionUID = 1L;

    private final transient byte[] key;

    private LentKey(byte[] key) {
      this.key = key;
    }

    @Override
    public String getAlgorithm() {
      return "AES";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return key.clone();
    }
  }
}
