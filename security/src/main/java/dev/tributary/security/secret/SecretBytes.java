package dev.tributary.security.secret;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that nobody else may read: a key, a seed, the content of a token.
 *
 * <p>Redacted in {@code toString}, compared in constant time, given away only against {@link
 * InsecureSecretAccess}, and overwritten by {@link #destroy()}. Overwriting is best effort: a
 * moving collector may have left an older copy behind.
 *
 * <p>Safe for use by many threads; a reader that races with {@link #destroy()} gets the whole
 * secret or an exception.
 */
public final class SecretBytes {

  private final byte[] bytes;
  private boolean destroyed;

  private SecretBytes(byte[] owned) {
    this.bytes = owned;
  }

  /**
   * A secret with the content of {@code bytes}.
   *
   * @param bytes copied; the caller overwrites its own array when it has no more use for it
   * @param access shows that the caller holds these bytes outside any container
   */
  public static SecretBytes copyOf(byte[] bytes, InsecureSecretAccess access) {
    Objects.requireNonNull(access, "access");
    return new SecretBytes(bytes.clone());
  }

  /**
   * A fresh secret.
   *
   * @param length number of bytes, at least 1
   * @param random a generator fit for keys
   */
  public static SecretBytes random(int length, SecureRandom random) {
    if (length < 1) {
      throw new IllegalArgumentException(
          "length of a secret: expected at least 1 byte, got " + length);
    }
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return new SecretBytes(bytes);
  }

  /** The number of bytes, also after {@link #destroy()}: a length is not secret. */
  public int length() {
    return bytes.length;
  }

  /**
   * A copy of the bytes.
   *
   * @return owned by the caller, who overwrites it after use
   * @throws IllegalStateException after {@link #destroy()}
   */
  public synchronized byte[] toByteArray(InsecureSecretAccess access) {
    Objects.requireNonNull(access, "access");
    if (destroyed) {
      throw new IllegalStateException(
          "secret of " + bytes.length + " bytes was used after it was destroyed");
    }
    return bytes.clone();
  }

  /**
   * Lends the bytes to {@code use} and overwrites the lent copy afterwards, however {@code use}
   * ends.
   *
   * @throws IllegalStateException after {@link #destroy()}
   */
  public <T> T lend(InsecureSecretAccess access, SecretUse<T> use) {
    byte[] copy = toByteArray(access);
    try {
      return use.apply(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** Overwrites the bytes with zeros. Doing it twice changes nothing. */
  public synchronized void destroy() {
    Arrays.fill(bytes, (byte) 0);
    destroyed = true;
  }

  /** Whether {@link #destroy()} was called. */
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /**
   * Whether both hold the same bytes, in a time that depends on their lengths only. A destroyed
   * secret equals nothing but itself.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof SecretBytes that)) {
      return false;
    }
    byte[] mine = snapshot();
    byte[] theirs = that.snapshot();
    try {
      return MessageDigest.isEqual(mine, theirs) && !isDestroyed() && !that.isDestroyed();
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** Of the length alone: a hash of the content would be a way out for it. */
  @Override
  public int hashCode() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "SecretBytes[" + bytes.length + " bytes, redacted]";
  }

  private synchronized byte[] snapshot() {
    return bytes.clone();
  }

  /**
   * What is done with lent bytes.
   *
   * @param <T> what comes of it; must not be or contain the lent array
   */
  @FunctionalInterface
  public interface SecretUse<T> {

    /**
     * Uses the bytes.
     *
     * @param secret lent: valid until this method returns, then overwritten
     */
    T apply(byte[] secret);
  }
}
