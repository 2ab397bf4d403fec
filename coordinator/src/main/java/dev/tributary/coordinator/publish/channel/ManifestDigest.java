package dev.tributary.coordinator.publish.channel;

import java.util.regex.Pattern;

/**
 * Names the manifest of a version: SHA-256 of its text.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ManifestDigest(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ManifestDigest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a manifest is named by 64 lower-case hexadecimal digits, not by "
              + hex.length()
              + " characters");
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
