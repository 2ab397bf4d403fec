package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.VersionDigest;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model export}. */
@Command(
    name = "export",
    description = "Saves a file of a published version, after checking its digest.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Parameters(paramLabel = "DIGEST", description = VersionDigest.DESCRIPTION)
  private String digest = "";

  @Option(
      names = "--kind",
      defaultValue = "float32",
      description = "Which of its artifacts (default: float32).")
  private String kind = "float32";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to.")
  private Path out = Path.of("");

  @Override
  public Integer call() throws InterruptedException {
    JsonNode manifest = PublishedManifest.of(connection, VersionDigest.of(connection, digest));
    for (JsonNode artifact : manifest.path("artifacts")) {
      if (artifact.path("kind").asText().equals(kind)) {
        save(artifact.path("digest").asText());
        return 0;
      }
    }
    throw CommandFailedException.failed(
        "version " + digest + " was published without an artifact of kind " + kind);
  }

  private void save(String file) throws InterruptedException {
    long bytes =
        SavedFile.save(
            connection, "/api/v1/artifacts/" + AdminConnection.segment(file) + "/file", file, out);
    output.print(
        JsonNodeFactory.instance
            .objectNode()
            .put("digest", file)
            .put("kind", kind)
            .put("file", out.toAbsolutePath().toString())
            .put("bytes", bytes),
        text -> text.println(bytes + " bytes in " + out));
  }
}
