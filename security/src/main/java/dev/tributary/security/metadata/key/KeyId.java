package dev.tributary.security.metadata.key;

import java.util.regex.Pattern;

/**
 * The name of a key: SHA-256 of its canonical form (section 4.2.1).
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record KeyId(String hex) implements Comparable<KeyId> {

  /** 64 lower-case hexadecimal digits. */
  public static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public KeyId {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "key id: expected 64 lower-case hexadecimal digits, got " + hex.length() + " characters");
    }
  }

  @Override
  public int compareTo(KeyId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
