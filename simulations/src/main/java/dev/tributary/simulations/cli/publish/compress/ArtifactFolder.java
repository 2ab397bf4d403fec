package dev.tributary.simulations.cli.publish.compress;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of {@code --out}: each artifact under its kind, and beside it the specification of its
 * network where that is not the version's.
 */
final class ArtifactFolder {

  private ArtifactFolder() {}

  /** Writes an artifact over what was there; gives its file. */
  static Path write(Path folder, ModelSpec version, ModelArtifact artifact) {
    String kind = artifact.kind().code();
    boolean graph =
        artifact.kind() == ArtifactKind.ONNX || artifact.kind() == ArtifactKind.ONNX_INT8;
    Path file = folder.resolve(kind + (graph ? ".onnx" : ".safetensors"));
    try {
      Files.createDirectories(folder);
      Files.write(file, artifact.bytes());
      Path specification = folder.resolve(kind + ".json");
      if (artifact.spec().equals(version)) {
        Files.deleteIfExists(specification); // of an earlier run
      } else {
        Files.write(
            specification, artifact.spec().canonicalJson().getBytes(StandardCharsets.UTF_8));
      }
      return file;
    } catch (IOException e) {
      throw CommandFailedException.failed("--out " + file + " cannot be written: " + e);
    }
  }
}
