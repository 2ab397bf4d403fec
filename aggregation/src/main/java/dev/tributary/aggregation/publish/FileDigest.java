package dev.tributary.aggregation.publish;

import dev.tributary.security.Sha256;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of a published file: SHA-256 of its bytes.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record FileDigest(String hex) implements Comparable<FileDigest> {

  static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public FileDigest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "file digest: expected 64 lower-case hexadecimal digits, got "
              + hex.length()
              + " characters");
    }
  }

  /** The name of these bytes. */
  public static FileDigest of(byte[] bytes) {
    return new FileDigest(HexFormat.of().formatHex(Sha256.of(bytes)));
  }

  @Override
  public int compareTo(FileDigest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
