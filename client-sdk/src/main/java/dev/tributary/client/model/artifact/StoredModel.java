package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.publish.FileDigest;
import java.nio.file.Path;
import java.util.List;

/**
 * A model on the disk of this device, verified.
 *
 * @param manifest what it was installed from
 * @param version the version that it is
 * @param kind what kind of file
 * @param spec the network in it
 * @param codecs the steps from the version's float32 weights to it
 * @param digest SHA-256 of the file
 * @param bytes its length
 * @param path where it is; it stays there until the model after the next one is installed
 */
public record StoredModel(
    FileDigest manifest,
    ModelDigest version,
    ArtifactKind kind,
    ModelSpec spec,
    List<String> codecs,
    FileDigest digest,
    long bytes,
    Path path) {

  public StoredModel {
    codecs = List.copyOf(codecs);
  }

  @Override
  public String toString() {
    return "StoredModel[version=" + version + ", kind=" + kind.code() + ", bytes=" + bytes + "]";
  }
}
