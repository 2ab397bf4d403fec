package dev.tributary.aggregation.protocol;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * The version of the software on a device, {@code major.minor.patch}. Tasks ask for a minimum.
 *
 * @param major 0..99999
 * @param minor 0..99999
 * @param patch 0..99999
 */
public record SdkVersion(int major, int minor, int patch) implements Comparable<SdkVersion> {

  private static final int MAXIMUM = 99_999;
  private static final Pattern FORM =
      Pattern.compile("(0|[1-9][0-9]{0,4})(\\.(0|[1-9][0-9]{0,4})){2}");
  private static final Comparator<SdkVersion> ORDER =
      Comparator.comparingInt(SdkVersion::major)
          .thenComparingInt(SdkVersion::minor)
          .thenComparingInt(SdkVersion::patch);

  /**
   * A version.
   *
   * @throws InvalidFieldException when a part is out of range
   */
  public SdkVersion {
    FieldRules.inRange("major version", major, 0, MAXIMUM);
    FieldRules.inRange("minor version", minor, 0, MAXIMUM);
    FieldRules.inRange("patch version", patch, 0, MAXIMUM);
  }

  /**
   * The version with this text form, such as {@code 1.2.3}.
   *
   * @throws InvalidFieldException when the text is not the canonical form of a version
   */
  public static SdkVersion of(String text) {
    FieldRules.form("SDK version", text, FORM);
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    return new SdkVersion(
        Integer.parseInt(text, 0, first, 10),
        Integer.parseInt(text, first + 1, second, 10),
        Integer.parseInt(text, second + 1, text.length(), 10));
  }

  @Override
  public int compareTo(SdkVersion other) {
    return ORDER.compare(this, other);
  }

  /** The text form. */
  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
