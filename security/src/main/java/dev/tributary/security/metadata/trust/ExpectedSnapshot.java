package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import java.time.Instant;
import java.util.Optional;

/** Section 5.5: which targets are the current ones. */
final class ExpectedSnapshot extends ExpectedFile {

  private final MetaFile announced;

  private ExpectedSnapshot(TrustedMetadata trusted, Instant start, MetaFile announced) {
    super(MetadataRole.SNAPSHOT, trusted, start);
    this.announced = announced;
  }

  /**
   * Asks for the snapshot that the timestamp announces, unless it is here.
   *
   * @param trusted has a timestamp
   */
  static UpdateStep unlessThere(TrustedMetadata trusted, Instant start)
      throws RefusedMetadataException {
    var step = new ExpectedSnapshot(trusted, start, trusted.timestampNow().snapshot());
    Optional<SignedMetadata<SnapshotMetadata>> here =
        trusted
            .snapshot()
            .filter(file -> MetaFile.of(file).equals(step.announced))
            .filter(trusted.root()::verifies);
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
    requireBytes(announced.file(), content); // 5.5.2
    SignedMetadata<SnapshotMetadata> next = SignedMetadata.snapshot(content);
    requireSignatures(next); // 5.5.3
    requireVersion(announced.version(), next.metadata()); // 5.5.4
    // 5.5.5; that targets.json is listed is part of the format.
    if (trusted().snapshot().isPresent()) {
      MetaFile before = trusted().snapshot().get().metadata().targets();
      MetaFile now = next.metadata().targets();
      requireNotBefore("the targets", before.version(), now.version());
      requireSame(
          "the targets", now.version(), now.version() > before.version() || now.equals(before));
    }
    return with(next);
  }

  private UpdateStep with(SignedMetadata<SnapshotMetadata> snapshot)
      throws RefusedMetadataException {
    requireUnexpired(snapshot.metadata()); // 5.5.6
    return ExpectedTargets.unlessThere(trusted().withSnapshot(snapshot), start());
  }
}
