package dev.tributary.coordinator.http.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.Garbage;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.ChannelChange;
import dev.tributary.coordinator.publish.channel.RolloutJson;
import java.util.Map;

/** Channels as documents of the operator API. */
final class ChannelJson {

  private ChannelJson() {}

  static ObjectNode channel(Channel channel) {
    ObjectNode json =
        OperatorJson.object()
            .put("population", channel.name().population().toString())
            .put("name", channel.name().name().text())
            .put("changes", channel.changes());
    channel
        .release()
        .ifPresent(
            release -> {
              json.put("release", release.hex());
              putVersion(json, "releaseVersion", channel, release);
            });
    channel
        .rollout()
        .ifPresent(
            rollout -> {
              ObjectNode underWay = RolloutJson.document(rollout);
              putVersion(underWay, "version", channel, rollout.manifest());
              json.set("rollout", underWay);
            });
    return json;
  }

  private static void putVersion(
      ObjectNode json, String key, Channel channel, FileDigest manifest) {
    channel.version(manifest).ifPresent(version -> json.put(key, version.hex()));
  }

  static ObjectNode change(ChannelChange change) {
    ObjectNode json =
        OperatorJson.object()
            .put("sequence", change.sequence())
            .put("at", change.at().toString())
            .put("actor", change.actor())
            .put("action", change.action().name())
            .put("manifest", change.manifest().hex())
            .put("reason", change.reason());
    change.version().ifPresent(version -> json.put("version", version.hex()));
    return json;
  }

  static ObjectNode garbage(Garbage garbage) {
    ObjectNode json =
        OperatorJson.object()
            .put("deleted", garbage.deleted())
            .put("count", garbage.files().size())
            .put("bytes", garbage.bytes());
    var files = json.putArray("files");
    garbage
        .files()
        .forEach((file, bytes) -> files.addObject().put("digest", file.hex()).put("bytes", bytes));
    return json;
  }

  static ObjectNode refusals(Map<String, Long> counts) {
    ObjectNode json = OperatorJson.object();
    ObjectNode devices = json.putObject("devices");
    counts.forEach(devices::put);
    return json;
  }
}
