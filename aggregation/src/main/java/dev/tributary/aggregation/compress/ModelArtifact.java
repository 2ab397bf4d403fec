package dev.tributary.aggregation.compress;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.security.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * A file made of a model version. Made by {@link ModelCompressor} and the exporters; the bytes are
 * handed over, not copied, and nobody writes to them.
 *
 * @param kind what kind of file it is
 * @param spec the network in it: the version's own, or a smaller one
 * @param bytes the whole file
 * @param digest SHA-256 of the bytes: the file's name
 * @param codecs the steps from the version's float32 weights to this file, in order; the last one
 *     says how it is read
 */
public record ModelArtifact(
    ArtifactKind kind, ModelSpec spec, byte[] bytes, ModelDigest digest, List<String> codecs) {

  /**
   * Refuses an artifact without steps.
   *
   * @throws IllegalArgumentException when {@code codecs} is empty
   */
  public ModelArtifact {
    codecs = List.copyOf(codecs);
    if (codecs.isEmpty()) {
      throw new IllegalArgumentException(
          "artifact " + kind.code() + ": expected a codec, got none");
    }
  }

  /** The artifact of these bytes. */
  public static ModelArtifact of(
      ArtifactKind kind, ModelSpec spec, byte[] bytes, List<String> codecs) {
    return new ModelArtifact(kind, spec, bytes, ModelDigest.ofSha256(Sha256.of(bytes)), codecs);
  }

  /** The same file, made of a network that this step had changed before. */
  public ModelArtifact after(String step) {
    List<String> steps = new ArrayList<>();
    steps.add(step);
    steps.addAll(codecs);
    return new ModelArtifact(kind, spec, bytes, digest, steps);
  }

  /** The step that stored it. */
  public String lastCodec() {
    return codecs.get(codecs.size() - 1);
  }

  /** Equal kind, network, bytes and steps. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ModelArtifact that
        && kind == that.kind
        && spec.equals(that.spec)
        && digest.equals(that.digest)
        && codecs.equals(that.codecs);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "ModelArtifact["
        + kind.code()
        + ", "
        + codecs
        + ", "
        + bytes.length
        + " bytes, "
        + digest
        + "]";
  }
}
