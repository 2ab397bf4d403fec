package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.time.Instant;

/** Section 5.3: the next root, and the one after it, until there is none. */
final class ExpectedRoot extends ExpectedFile {

  /** So many roots at most in one update (Y of step 5.3.3); the next update goes on. */
  static final int MAXIMUM_ROOTS = 256;

  private final int fetched;

  private ExpectedRoot(TrustedMetadata trusted, Instant start, int fetched) {
    super(MetadataRole.ROOT, trusted, start);
    this.fetched = fetched;
  }

  /** Steps 5.3.2 and 5.3.3. */
  static UpdateStep from(TrustedMetadata trusted, Instant start) {
    return new ExpectedRoot(trusted, start, 0).orEnough();
  }

  private UpdateStep orEnough() {
    boolean more = fetched < MAXIMUM_ROOTS && version() < Metadata.MAXIMUM_VERSION;
    return more ? this : missing();
  }

  private long version() {
    return trusted().root().version();
  }

  @Override
  public String file() {
    return role().fileName(version() + 1);
  }

  @Override
  public int maximumBytes() {
    return role().maximumBytes();
  }

  @Override
  UpdateStep accept(byte[] content) throws MalformedMetadataException, RefusedMetadataException {
    SignedMetadata<RootMetadata> next = SignedMetadata.root(content);
    // 5.3.4: by the keys of version N, and by its own.
    requireSignatures(next);
    if (!next.metadata().verifies(next)) {
      throw refused(TrustRefusal.NOT_SIGNED, "it is not signed by enough of its own root keys");
    }
    // 5.3.5
    requireNotBefore("the root", version(), next.metadata().version());
    if (next.metadata().version() == version()) {
      requireSame("the root", version(), sameContent(next, trusted().signedRoot()));
      return missing();
    }
    requireVersion(version() + 1, next.metadata());
    if (!trusted().hasRoomFor(next)) {
      throw refused(
          TrustRefusal.TOO_LARGE, "there are more roots than a device keeps: ship a newer root");
    }
    // 5.3.7 and 5.3.9; the expiry of a root that is followed by another does not matter (5.3.6).
    return new ExpectedRoot(trusted().withRoot(next), start(), fetched + 1).orEnough();
  }

  /** There is no newer root (5.3.3): the one there is must not have expired (5.3.10). */
  @Override
  public UpdateStep missing() {
    try {
      requireUnexpired(trusted().root());
      return new ExpectedTimestamp(trusted(), start());
    } catch (RefusedMetadataException expired) {
      return new Refused(trusted(), expired.reason(), expired.detail());
    }
  }
}
