package dev.tributary.security;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;

/**
 * The JDK's AES (FIPS 197), from the provider that the platform prefers.
 *
 * <p>Which provider that is, is asked once: {@link Cipher#getInstance(String)} asks all of them in
 * several spellings each time, which takes longer than to seal a share.
 */
public final class AesCipher {

  private static final String COUNTER_MODE = "AES/CTR/NoPadding";
  private static final String GALOIS_COUNTER_MODE = "AES/GCM/NoPadding";
  private static final Provider OF_COUNTER_MODE = preferred(COUNTER_MODE);
  private static final Provider OF_GALOIS_COUNTER_MODE = preferred(GALOIS_COUNTER_MODE);

  private AesCipher() {}

  /** AES in counter mode (NIST SP 800-38A, section 6.5), for one thread. */
  public static Cipher counterMode() {
    return cipher(COUNTER_MODE, OF_COUNTER_MODE);
  }

  /** AES in Galois/counter mode (NIST SP 800-38D), for one thread. */
  public static Cipher galoisCounterMode() {
    return cipher(GALOIS_COUNTER_MODE, OF_GALOIS_COUNTER_MODE);
  }

  private static Cipher cipher(String transformation, Provider provider) {
    try {
      return Cipher.getInstance(transformation, provider);
    } catch (GeneralSecurityException e) {
      throw missing(transformation, e);
    }
  }

  private static Provider preferred(String transformation) {
    try {
      return Cipher.getInstance(transformation).getProvider();
    } catch (GeneralSecurityException e) {
      throw missing(transformation, e);
    }
  }

  private static BugException missing(String transformation, GeneralSecurityException cause) {
    return new BugException("every Java platform has " + transformation, cause);
  }
}
