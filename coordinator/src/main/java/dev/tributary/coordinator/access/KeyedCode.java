package dev.tributary.coordinator.access;

import dev.tributary.security.BugException;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) under a key that this process drew at its start and never gives away:
 * what carries such a code was made here, since the last start. Any thread.
 */
final class KeyedCode {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;

  KeyedCode(SecureRandom random) {
    key =
        SecretBytes.random(KEY_BYTES, random)
            .lend(InsecureSecretAccess.get(), bytes -> new SecretKeySpec(bytes, ALGORITHM));
  }

  /** The first {@code lengthBytes} bytes of the code of {@code message[0, messageBytes)}. */
  byte[] of(byte[] message, int messageBytes, int lengthBytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(message, 0, messageBytes);
      return Arrays.copyOf(mac.doFinal(), lengthBytes);
    } catch (GeneralSecurityException e) {
      throw new BugException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
