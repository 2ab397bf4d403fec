package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The newest manifest of a version, as its coordinator has it. */
final class PublishedManifest {

  private PublishedManifest() {}

  /** The manifest; a version without one is a command that failed. */
  static JsonNode of(AdminConnection connection, String digest) throws InterruptedException {
    return connection.get(path(digest));
  }

  /** The manifest; nothing for a version that was not published. */
  static Optional<JsonNode> find(AdminConnection connection, String digest)
      throws InterruptedException {
    return connection.find(path(digest));
  }

  private static String path(String digest) {
    return "/api/v1/models/" + AdminConnection.segment(digest) + "/manifest";
  }

  /** Its files for people to read. */
  static void printFiles(JsonNode manifest, PrintWriter out) {
    Table artifacts = new Table("artifact", "bytes", "digest", "codecs");
    for (JsonNode artifact : manifest.path("artifacts")) {
      artifacts.row(
          Output.text(artifact, "kind"),
          Output.text(artifact, "bytes"),
          Output.text(artifact, "digest"),
          StreamSupport.stream(artifact.path("codecs").spliterator(), false)
              .map(JsonNode::asText)
              .collect(Collectors.joining(",")));
    }
    artifacts.print(out);
    for (JsonNode artifact : manifest.path("artifacts")) {
      if (artifact.has("spec")) {
        out.println(
            "network of " + Output.text(artifact, "kind") + "  " + Output.text(artifact, "spec"));
      }
    }
    if (!manifest.path("deltas").isEmpty()) {
      out.println();
      Table deltas = new Table("delta of", "bytes", "digest", "from", "to");
      for (JsonNode delta : manifest.path("deltas")) {
        deltas.row(
            Output.text(delta, "kind"),
            Output.text(delta, "bytes"),
            Output.text(delta, "digest"),
            Output.shortDigest(delta.path("from")),
            Output.shortDigest(delta.path("to")));
      }
      deltas.print(out);
    }
  }
}
