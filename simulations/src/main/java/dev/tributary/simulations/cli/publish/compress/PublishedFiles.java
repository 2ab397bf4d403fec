package dev.tributary.simulations.cli.publish.compress;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The files of a version as devices get them: those that its newest manifest lists. */
final class PublishedFiles {

  private PublishedFiles() {}

  /**
   * Fetches files, float32 first.
   *
   * @param kinds to fetch; none: all
   * @throws CommandFailedException when the version was not published, without a kind that is asked
   *     for, or when what comes is not what the manifest says
   */
  static Map<String, ModelArtifact> of(
      AdminConnection connection, String version, Set<ArtifactKind> kinds)
      throws InterruptedException {
    VersionManifest manifest = manifest(connection, version);
    Map<String, ModelArtifact> files = new LinkedHashMap<>();
    for (ArtifactEntry entry : manifest.artifacts()) {
      if (kinds.isEmpty() || kinds.contains(entry.kind())) {
        files.put(
            entry.kind().code(),
            ModelArtifact.of(
                entry.kind(), manifest.specOf(entry), content(connection, entry), entry.codecs()));
      }
    }
    Set<String> missing =
        kinds.stream()
            .map(ArtifactKind::code)
            .filter(kind -> !files.containsKey(kind))
            .collect(Collectors.toSet());
    if (!missing.isEmpty()) {
      throw CommandFailedException.failed(
          "version " + version + " was published without " + String.join(", ", missing));
    }
    return files;
  }

  private static VersionManifest manifest(AdminConnection connection, String version)
      throws InterruptedException {
    JsonNode document = connection.get("/api/v1/models/" + version + "/manifest");
    try {
      return VersionManifest.decode(document.toString().getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException malformed) {
      throw CommandFailedException.failed(
          "the manifest of version "
              + version
              + " is not understood here: "
              + malformed.getMessage());
    }
  }

  private static byte[] content(AdminConnection connection, ArtifactEntry entry)
      throws InterruptedException {
    try (InputStream in = connection.stream("/api/v1/artifacts/" + entry.file().hex() + "/file")) {
      return FetchedVersion.checked(in.readAllBytes(), entry.file().hex());
    } catch (IOException broken) {
      throw CommandFailedException.failed(
          "artifact " + entry.file() + " cannot be fetched: " + broken.getMessage());
    }
  }
}
