package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import java.util.List;
import java.util.Optional;

/**
 * A file of unknown origin that is said to be an artifact of a version. The bytes are handed over,
 * not copied, and nobody writes to them.
 *
 * @param kind what it is said to be
 * @param codecs the steps that are said to have made it; none: the usual ones of its kind
 * @param spec the network that is said to be in it, when that is not the version's own
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; an offer is never compared
public record OfferedArtifact(
    ArtifactKind kind, List<String> codecs, Optional<ModelSpec> spec, byte[] content) {

  public OfferedArtifact {
    codecs = List.copyOf(codecs);
  }
}
