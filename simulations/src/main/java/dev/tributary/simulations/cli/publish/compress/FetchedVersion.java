package dev.tributary.simulations.cli.publish.compress;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Float32Codec;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** A version of a coordinator with its specification, which the task that made it knows. */
final class FetchedVersion {

  private FetchedVersion() {}

  /**
   * Fetches a version.
   *
   * @throws CommandFailedException when it is not there, not whole, or of several networks
   */
  static SpecifiedModel of(AdminConnection connection, String digest) throws InterruptedException {
    String path = "/api/v1/models/" + AdminConnection.segment(digest);
    ModelSpec spec = spec(connection, digest, connection.get(path));
    try {
      return new Float32Codec().decode(spec, file(connection, digest, path));
    } catch (MalformedArtifactException malformed) {
      throw CommandFailedException.failed(
          "the file of version "
              + digest
              + " is not of its task's model: "
              + malformed.getMessage());
    }
  }

  private static ModelSpec spec(AdminConnection connection, String digest, JsonNode versions)
      throws InterruptedException {
    Set<ModelSpec> specs = new HashSet<>();
    for (JsonNode version : versions.path("models")) {
      String task = AdminConnection.segment(version.path("task").asText());
      JsonNode model = connection.get("/api/v1/tasks/" + task).path("config").path("model");
      try {
        specs.add(ModelSpec.fromJson(model.toString()));
      } catch (ModelSpecException newer) {
        throw CommandFailedException.failed(
            "the model of task " + task + " is not understood here: " + newer.getMessage());
      }
    }
    if (specs.size() != 1) {
      throw CommandFailedException.failed(
          "version "
              + digest
              + ": expected tasks with one network, got "
              + specs.size()
              + " networks with these weights");
    }
    return specs.iterator().next();
  }

  /**
   * The same bytes.
   *
   * @throws CommandFailedException when they do not have the digest
   */
  static byte[] checked(byte[] content, String digest) {
    String found = HexFormat.of().formatHex(Sha256.of(content));
    if (!found.equals(digest)) {
      throw CommandFailedException.failed(
          "the file that came has the digest " + found + ", not " + digest);
    }
    return content;
  }

  private static byte[] file(AdminConnection connection, String digest, String path)
      throws InterruptedException {
    try (InputStream in = connection.stream(path + "/file")) {
      return checked(in.readAllBytes(), digest);
    } catch (IOException broken) {
      throw CommandFailedException.failed(
          "version " + digest + " cannot be fetched: " + broken.getMessage());
    }
  }
}
