package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ChannelName;

/** A channel of a population, such as {@code keyboards/stable}. */
public record ChannelKey(PopulationName population, ChannelName name) {

  /**
   * A channel that was named from outside.
   *
   * @throws RejectedException when it cannot be the name of one
   */
  public static ChannelKey parse(String population, String name) throws RejectedException {
    PopulationName parsed = PopulationName.parse(population);
    try {
      return new ChannelKey(parsed, new ChannelName(name));
    } catch (IllegalArgumentException e) {
      throw new RejectedException(RejectReason.FIELD_WRONG_FORM, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String toString() {
    return population + "/" + name;
  }
}
