package dev.tributary.aggregation.protocol;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name that a device gives to one upload, so that the coordinator recognises a retry: 16 random
 * bytes as 32 lower-case hexadecimal digits.
 *
 * @param text the digits
 */
public record UploadId(String text) implements Comparable<UploadId> {

  private static final int LENGTH_BYTES = 16;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /**
   * An id that this program chose or stored.
   *
   * @throws InvalidFieldException when the text is not an id
   */
  public UploadId {
    FieldRules.form("upload id", text, FORM);
  }

  /** A fresh id. */
  public static UploadId random(SecureRandom random) {
    byte[] bytes = new byte[LENGTH_BYTES];
    random.nextBytes(bytes);
    return new UploadId(HexFormat.of().formatHex(bytes));
  }

  /**
   * An id that came from outside.
   *
   * @throws RejectedException when the text is not an id
   */
  public static UploadId parse(String text) throws RejectedException {
    return FieldRules.parse(() -> new UploadId(text));
  }

  @Override
  public int compareTo(UploadId other) {
    return text.compareTo(other.text);
  }

  /** The digits. */
  @Override
  public String toString() {
    return text;
  }
}
