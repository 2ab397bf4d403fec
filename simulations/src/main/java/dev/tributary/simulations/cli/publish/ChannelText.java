package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import java.io.PrintWriter;
import java.util.Locale;

/** Channels for people to read. */
final class ChannelText {

  private ChannelText() {}

  static Table table(Iterable<JsonNode> channels) {
    Table table = new Table("channel", "release", "rollout", "reaches", "standing");
    for (JsonNode channel : channels) {
      JsonNode rollout = channel.path("rollout");
      table.row(
          Output.text(channel, "population") + "/" + Output.text(channel, "name"),
          Output.shortDigest(channel.path("releaseVersion")),
          Output.shortDigest(rollout.path("version")),
          reaches(rollout),
          rollout.isObject() ? standing(rollout) : "-");
    }
    return table;
  }

  private static String reaches(JsonNode rollout) {
    return rollout.has("permyriad")
        ? String.format(Locale.ROOT, "%.2f %%", rollout.path("permyriad").asInt() / 100.0)
        : "-";
  }

  private static String standing(JsonNode rollout) {
    return rollout.has("standing") ? rollout.path("standing").asText() : "waits for approval";
  }

  static void print(JsonNode channel, PrintWriter out) {
    out.println(
        "channel  " + Output.text(channel, "population") + "/" + Output.text(channel, "name"));
    if (channel.has("release")) {
      named(out, "release ", channel.path("releaseVersion"), channel.path("release"));
    } else {
      out.println("release  -");
    }
    JsonNode rollout = channel.path("rollout");
    if (rollout.isObject()) {
      named(out, "rollout ", rollout.path("version"), rollout.path("manifest"));
      out.println("reaches  " + reaches(rollout) + " of the devices");
      out.println("standing " + standing(rollout));
    }
  }

  /** Versions are what commands take; the manifest is what devices follow. */
  private static void named(PrintWriter out, String what, JsonNode version, JsonNode manifest) {
    out.println(what + " version  " + version.asText("-"));
    out.println(" ".repeat(what.length()) + " manifest " + manifest.asText("-"));
  }
}
