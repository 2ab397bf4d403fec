package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import java.time.Instant;
import java.util.Optional;

/** Section 5.4: which snapshot is the current one. */
final class ExpectedTimestamp extends ExpectedFile {

  ExpectedTimestamp(TrustedMetadata trusted, Instant start) {
    super(MetadataRole.TIMESTAMP, trusted, start);
  }

  @Override
  public String file() {
    return role().fileName(1);
  }

  @Override
  public int maximumBytes() {
    return role().maximumBytes();
  }

  @Override
  UpdateStep accept(byte[] content) throws MalformedMetadataException, RefusedMetadataException {
    SignedMetadata<TimestampMetadata> next = SignedMetadata.timestamp(content);
    requireSignatures(next); // 5.4.2
    Optional<SignedMetadata<TimestampMetadata>> seen = trusted().timestamp();
    if (seen.isPresent()) {
      requireNewer(seen.get(), next);
    }
    // 5.4.4. Also of one that was seen before: whoever repeats it for ever freezes the device.
    requireUnexpired(next.metadata());
    return ExpectedSnapshot.unlessThere(trusted().withTimestamp(next), start());
  }

  /**
   * Step 5.4.3. Of an equal version the specification says that nothing can have changed and the
   * update ends. That it is the same is checked here; and the update goes on, because the one
   * before may have broken off after its timestamp.
   */
  private void requireNewer(
      SignedMetadata<TimestampMetadata> seen, SignedMetadata<TimestampMetadata> next)
      throws RefusedMetadataException {
    long version = next.metadata().version();
    requireNotBefore("the timestamp", seen.metadata().version(), version);
    requireSame(
        "the timestamp", version, version > seen.metadata().version() || sameContent(seen, next));
    MetaFile before = seen.metadata().snapshot();
    MetaFile now = next.metadata().snapshot();
    requireNotBefore("the snapshot", before.version(), now.version());
    requireSame(
        "the snapshot", now.version(), now.version() > before.version() || now.equals(before));
  }
}
