package dev.tributary.client.session;

import dev.tributary.security.Sha256;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * SHA-256 of a manifest or of an upload's bytes.
 *
 * @param hex 64 lower-case hex digits
 */
public record ContentDigest(String hex) {

  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

  public ContentDigest {
    if (!SHAPE.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has 64 lower-case hex digits, not: " + hex);
    }
  }

  /** The digest of {@code content}. */
  public static ContentDigest of(byte[] content) {
    return new ContentDigest(HexFormat.of().formatHex(Sha256.of(content)));
  }

  /** A digest from its 32 bytes. */
  public static ContentDigest ofBytes(byte[] digest) {
    return new ContentDigest(HexFormat.of().formatHex(digest));
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
