package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import java.util.regex.Pattern;

/**
 * A channel of a population, such as {@code keyboards/stable}.
 *
 * @param name 1 to 32 lower-case letters, digits and hyphens, not beginning with a hyphen
 */
public record ChannelName(PopulationName population, String name) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  public ChannelName {
    FieldRules.form("channel", name, FORM);
  }

  /**
   * A name that came from outside.
   *
   * @throws RejectedException when it is not one
   */
  public static ChannelName parse(String population, String name) throws RejectedException {
    PopulationName parsed = PopulationName.parse(population);
    return FieldRules.parse(() -> new ChannelName(parsed, name));
  }

  @Override
  public String toString() {
    return population + "/" + name;
  }
}
