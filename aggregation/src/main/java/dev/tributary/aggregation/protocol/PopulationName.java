package dev.tributary.aggregation.protocol;

import java.util.regex.Pattern;

/**
 * The name of a population: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter
 * or a digit.
 *
 * @param text the name itself
 */
public record PopulationName(String text) implements Comparable<PopulationName> {

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /**
   * A name that this program chose.
   *
   * @throws InvalidFieldException when the text is not such a name
   */
  public PopulationName {
    FieldRules.form("name of a population", text, FORM);
  }

  /**
   * A name that came from outside.
   *
   * @throws RejectedException when the text is not such a name
   */
  public static PopulationName parse(String text) throws RejectedException {
    return FieldRules.parse(() -> new PopulationName(text));
  }

  @Override
  public int compareTo(PopulationName other) {
    return text.compareTo(other.text);
  }

  /** The name itself. */
  @Override
  public String toString() {
    return text;
  }
}
