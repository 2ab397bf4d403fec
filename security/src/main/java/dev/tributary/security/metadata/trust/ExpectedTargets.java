package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetsMetadata;
import java.time.Instant;
import java.util.Optional;

/**
 * Section 5.6: which files there are. There are no delegations, so the search of 5.6.7 is one look.
 */
final class ExpectedTargets extends ExpectedFile {

  private final MetaFile announced;

  private ExpectedTargets(TrustedMetadata trusted, Instant start, MetaFile announced) {
    super(MetadataRole.TARGETS, trusted, start);
    this.announced = announced;
  }

  /**
   * Asks for the targets that the snapshot announces, unless they are here.
   *
   * @param trusted has a snapshot
   */
  static UpdateStep unlessThere(TrustedMetadata trusted, Instant start)
      throws RefusedMetadataException {
    var step = new ExpectedTargets(trusted, start, trusted.snapshotNow().targets());
    Optional<SignedMetadata<TargetsMetadata>> here =
        trusted
            .targets()
            .filter(file -> MetaFile.of(file).equals(step.announced))
            .filter(trusted.root()::verifies); // a key may have been revoked since
    return here.isPresent() ? step.with(here.get()) : step;
  }

  @Override
  public String file() {
    return role().fileName(announced.version());
  }

  @Override
  public int maximumBytes() {
    return (int) Math.max(1, announced.file().lengthBytes());
  }

  @Override
  UpdateStep accept(byte[] content) throws MalformedMetadataException, RefusedMetadataException {
    requireBytes(announced.file(), content); // 5.6.2
    SignedMetadata<TargetsMetadata> next = SignedMetadata.targets(content);
    requireSignatures(next); // 5.6.3
    requireVersion(announced.version(), next.metadata()); // 5.6.4
    return with(next);
  }

  private UpdateStep with(SignedMetadata<TargetsMetadata> targets) throws RefusedMetadataException {
    requireUnexpired(targets.metadata()); // 5.6.5
    TrustedMetadata all = trusted().withTargets(targets);
    return new Updated(all, new VerifiedTargets(targets.metadata(), all.validUntil()));
  }
}
