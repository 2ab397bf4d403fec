package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.simulations.cli.operator.AdminConnection;

/** The newest manifest of a version, as its coordinator has it. */
final class PublishedManifest {

  private PublishedManifest() {}

  static JsonNode of(AdminConnection connection, String digest) throws InterruptedException {
    return connection.get("/api/v1/models/" + AdminConnection.segment(digest) + "/manifest");
  }
}
