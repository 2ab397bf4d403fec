package dev.tributary.coordinator.http.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.ChannelChange;
import dev.tributary.coordinator.publish.channel.RolloutJson;

/** Channels as documents of the operator API. */
final class ChannelJson {

  private ChannelJson() {}

  static ObjectNode channel(Channel channel) {
    ObjectNode json =
        OperatorJson.object()
            .put("population", channel.name().population().toString())
            .put("name", channel.name().name().text())
            .put("changes", channel.changes());
    channel.release().ifPresent(release -> json.put("release", release.hex()));
    channel.rollout().ifPresent(rollout -> json.set("rollout", RolloutJson.document(rollout)));
    return json;
  }

  static ObjectNode change(ChannelChange change) {
    return OperatorJson.object()
        .put("sequence", change.sequence())
        .put("at", change.at().toString())
        .put("actor", change.actor())
        .put("action", change.action().name())
        .put("manifest", change.manifest().hex())
        .put("reason", change.reason());
  }
}
