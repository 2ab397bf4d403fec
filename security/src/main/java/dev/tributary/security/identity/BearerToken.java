package dev.tributary.security.identity;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token that gives rights to whoever shows it (RFC 6750): 32 random bytes, written as 43
 * characters of base64url without padding (RFC 4648, section 5). Enrolment tokens, session tokens
 * and the admin token are of this kind.
 *
 * <p>Redacted in {@code toString}, compared in constant time, and written out only against {@link
 * InsecureSecretAccess}. A server keeps its {@link TokenHash} alone.
 */
public final class BearerToken {

  /** Number of random bytes in a token. */
  public static final int LENGTH_BYTES = 32;

  /** Number of characters of its text. */
  public static final int TEXT_LENGTH = 43;

  private final SecretBytes content;

  private BearerToken(SecretBytes content) {
    this.content = content;
  }

  /** A fresh token that cannot be guessed. */
  public static BearerToken random(SecureRandom random) {
    return new BearerToken(SecretBytes.random(LENGTH_BYTES, random));
  }

  /**
   * The token with this text.
   *
   * @param text 43 characters of base64url in the one canonical spelling of their bytes
   * @throws IllegalArgumentException for any other text, which the message does not repeat
   */
  public static BearerToken of(String text) {
    String expected = "token: expected " + TEXT_LENGTH + " characters of base64url, got ";
    if (text.length() != TEXT_LENGTH) {
      throw new IllegalArgumentException(expected + text.length() + " characters");
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expected + "a character outside its alphabet");
    }
    BearerToken token = new BearerToken(SecretBytes.copyOf(bytes, InsecureSecretAccess.get()));
    if (!token.text(InsecureSecretAccess.get()).equals(text)) {
      throw new IllegalArgumentException(expected + "a last character with unused bits set");
    }
    return token;
  }

  /** The text to hand over, 43 characters. */
  public String text(InsecureSecretAccess access) {
    Objects.requireNonNull(access, "access");
    return content.lend(
        access, bytes -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What a server keeps in place of the token: SHA-256 of its text in ASCII. */
  public TokenHash hash() {
    return TokenHash.ofText(text(InsecureSecretAccess.get()).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BearerToken that && content.equals(that.content);
  }

  @Override
  public int hashCode() {
    return content.hashCode();
  }

  @Override
  public String toString() {
    return "BearerToken[redacted]";
  }
}
