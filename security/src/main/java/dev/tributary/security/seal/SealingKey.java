package dev.tributary.security.seal;

import dev.tributary.security.AesCipher;
import dev.tributary.security.BugException;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that seals: AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a tag of 128 bits.
 *
 * <p>A sealed message is {@code nonce (12) ‖ ciphertext ‖ tag (16)}. The nonce is random, so a key
 * seals at most 2^32 messages (SP 800-38D, section 8.3). The associated data is not part of the
 * message: it says where the message belongs, and both sides know it.
 *
 * <p>Safe for use by many threads.
 */
public final class SealingKey {

  /** Length of a key. */
  public static final int LENGTH_BYTES = 32;

  /** How much longer a sealed message is than its content. */
  public static final int OVERHEAD_BYTES = 12 + 16;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /** To make one takes longer than to seal a share with it. Each has forgotten its last key. */
  private static final ThreadLocal<Cipher> CIPHERS =
      ThreadLocal.withInitial(AesCipher::galoisCounterMode);

  /** A key of nothing, to take the place of the last one in a cipher. */
  private static final SecretKeySpec NO_KEY = new SecretKeySpec(randomBytes(LENGTH_BYTES), "AES");

  private static final GCMParameterSpec NO_NONCE =
      new GCMParameterSpec(TAG_BITS, new byte[NONCE_BYTES]);

  private final SecretBytes key;

  private SealingKey(SecretBytes key) {
    this.key = key;
  }

  /**
   * The key with these bytes.
   *
   * @param key 32 uniform bytes; from now on owned by the sealing key, which destroys it with
   *     itself
   * @throws IllegalArgumentException for another length
   */
  public static SealingKey of(SecretBytes key) {
    if (key.length() != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "sealing key: expected " + LENGTH_BYTES + " bytes, got " + key.length());
    }
    return new SealingKey(key);
  }

  /** A new key. */
  public static SealingKey generate(SecureRandom random) {
    return new SealingKey(SecretBytes.random(LENGTH_BYTES, random));
  }

  /**
   * Seals {@code content}.
   *
   * @param associatedData where it belongs, not secret and not part of the message
   * @param random for the nonce
   * @return {@code content.length()} and 28 bytes more, owned by the caller
   * @throws IllegalStateException when the key or the content was destroyed
   */
  public byte[] seal(byte[] associatedData, SecretBytes content, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return seal(nonce, associatedData, content);
  }

  /** With the nonce of a test vector. */
  byte[] seal(byte[] nonce, byte[] associatedData, SecretBytes content) {
    byte[] sealed = Arrays.copyOf(nonce, content.length() + OVERHEAD_BYTES);
    Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, associatedData);
    int written;
    try {
      written =
          content.lend(
              InsecureSecretAccess.get(),
              bytes -> {
                try {
                  return cipher.doFinal(bytes, 0, bytes.length, sealed, NONCE_BYTES);
                } catch (GeneralSecurityException e) {
                  throw new BugException("AES-GCM encrypts whatever it is given", e);
                }
              });
    } finally {
      forgetKeyOf(cipher, Cipher.ENCRYPT_MODE);
    }
    if (written != sealed.length - NONCE_BYTES) {
      throw new BugException("AES-GCM gave " + written + " bytes for " + content.length());
    }
    return sealed;
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param associatedData the same that it was sealed with
   * @param sealed any bytes
   * @return the content; empty when {@code sealed} was not made by this key with this associated
   *     data, or was changed since: which of these it was cannot be told
   * @throws IllegalStateException when the key was destroyed
   */
  public Optional<SecretBytes> open(byte[] associatedData, byte[] sealed) {
    if (sealed.length < OVERHEAD_BYTES) {
      return Optional.empty();
    }
    Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES), associatedData);
    try {
      byte[] content = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
      SecretBytes opened = SecretBytes.copyOf(content, InsecureSecretAccess.get());
      Arrays.fill(content, (byte) 0);
      return Optional.of(opened);
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new BugException("AES-GCM fails for a wrong tag only", e);
    } finally {
      forgetKeyOf(cipher, Cipher.DECRYPT_MODE);
    }
  }

  /** Forgets the key. */
  public void destroy() {
    key.destroy();
  }

  @Override
  public String toString() {
    return "SealingKey[redacted]";
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] associatedData) {
    return key.lend(
        InsecureSecretAccess.get(),
        bytes -> {
          try {
            Cipher cipher = CIPHERS.get();
            cipher.init(
                mode, new SecretKeySpec(bytes, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associatedData);
            return cipher;
          } catch (GeneralSecurityException e) {
            throw new BugException("AES-GCM takes keys of 32 bytes", e);
          }
        });
  }

  /**
   * Has the cipher drop what it made of the key, and whatever it was given and did not use. A
   * cipher remembers its last key of encryption, to refuse it with the same nonce, so it is given
   * another in the mode that it was used in.
   */
  private static void forgetKeyOf(Cipher cipher, int mode) {
    try {
      cipher.init(mode, NO_KEY, NO_NONCE);
    } catch (GeneralSecurityException e) {
      throw new BugException("AES-GCM takes keys of 32 bytes", e);
    }
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
