package dev.tributary.security;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4), without the exception that no platform throws. */
public final class Sha256 {

  /** Never fed: copying it is a fraction of what looking one up among the providers takes. */
  private static final MessageDigest UNFED = lookedUp();

  private Sha256() {}

  /** The digest of {@code bytes}: byte[32]. */
  public static byte[] of(byte[] bytes) {
    return start().digest(bytes);
  }

  /** A digest to be fed piece by piece; for one thread. */
  public static MessageDigest start() {
    try {
      return (MessageDigest) UNFED.clone();
    } catch (CloneNotSupportedException e) {
      return lookedUp(); // of a provider whose digests cannot be copied
    }
  }

  private static MessageDigest lookedUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new BugException("every Java platform has SHA-256", e);
    }
  }
}
