package dev.tributary.security.identity;

import dev.tributary.security.Sha256;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a server keeps of a {@link BearerToken}: the SHA-256 of its text. Whoever reads it cannot
 * present the token: 256 random bits need no salt and no slow hash.
 */
public final class TokenHash {

  /** Length of the hash. */
  public static final int LENGTH_BYTES = 32;

  private final byte[] sha256;

  private TokenHash(byte[] owned) {
    this.sha256 = owned;
  }

  /**
   * The hash in its stored form.
   *
   * @param hex 64 lower-case hexadecimal digits, as {@link #toString} gives them
   * @throws IllegalArgumentException for any other text
   */
  public static TokenHash ofHex(String hex) {
    if (hex.length() != 2 * LENGTH_BYTES || !hex.chars().allMatch(TokenHash::isLowerHex)) {
      throw new IllegalArgumentException(
          "token hash: expected "
              + 2 * LENGTH_BYTES
              + " lower-case hexadecimal digits, got "
              + hex.length()
              + " characters");
    }
    return new TokenHash(HexFormat.of().parseHex(hex));
  }

  static TokenHash ofText(byte[] ascii) {
    return new TokenHash(Sha256.of(ascii));
  }

  /** Whether this is the hash of {@code token}; takes the same time wherever they differ. */
  public boolean matches(BearerToken token) {
    return equals(token.hash());
  }

  /** A copy: byte[32]. */
  public byte[] toByteArray() {
    return sha256.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenHash that && MessageDigest.isEqual(sha256, that.sha256);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sha256);
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(sha256);
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
}
