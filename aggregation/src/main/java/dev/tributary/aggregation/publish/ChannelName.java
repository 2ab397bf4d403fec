package dev.tributary.aggregation.publish;

import java.util.regex.Pattern;

/**
 * The name of a channel: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or
 * a digit.
 *
 * @param text the name itself
 */
public record ChannelName(String text) {

  static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** The channel that a device follows unless it is told another. */
  public static final ChannelName STABLE = new ChannelName("stable");

  public ChannelName {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "name of a channel: expected the form "
              + FORM
              + ", got "
              + text.length()
              + " characters that do not have it");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
