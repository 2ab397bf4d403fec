package dev.tributary.simulations.cli.publish;

import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;

/** A channel as an operator types it, {@code POPULATION/NAME}, and where the API has it. */
final class ChannelPath {

  private ChannelPath() {}

  static String of(String channel) {
    int slash = channel.indexOf('/');
    if (slash < 1 || slash != channel.lastIndexOf('/') || slash == channel.length() - 1) {
      throw CommandFailedException.wrongUsage(
          "'" + channel + "' is no channel: expected POPULATION/NAME, such as keyboards/stable");
    }
    return "/api/v1/channels/"
        + AdminConnection.segment(channel.substring(0, slash))
        + "/"
        + AdminConnection.segment(channel.substring(slash + 1));
  }
}
