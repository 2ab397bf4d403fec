package dev.tributary.security.metadata.trust;

import dev.tributary.security.BugException;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import dev.tributary.security.metadata.TargetsMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a device believes: a root that came with it, the roots that followed from it, and the latest
 * timestamp, snapshot and targets it has seen, whose versions it never goes below. Immutable.
 *
 * <p>An update is a walk through {@link UpdateStep}s:
 *
 * <pre>{@code
 * UpdateStep step = trusted.beginUpdate(now);
 * while (step instanceof Asking asking) {
 *   step = fetched(asking.file(), asking.maximumBytes()).map(asking::received)...
 *   keep(step.trusted());
 * }
 * }</pre>
 */
public final class TrustedMetadata {

  /** All roots since the one that came with the device have at most this many bytes together. */
  static final int MAXIMUM_ROOT_BYTES = 8 * 1024 * 1024;

  private final RootChain roots;
  private final Optional<SignedMetadata<TimestampMetadata>> timestamp;
  private final Optional<SignedMetadata<SnapshotMetadata>> snapshot;
  private final Optional<SignedMetadata<TargetsMetadata>> targets;

  TrustedMetadata(
      RootChain roots,
      Optional<SignedMetadata<TimestampMetadata>> timestamp,
      Optional<SignedMetadata<SnapshotMetadata>> snapshot,
      Optional<SignedMetadata<TargetsMetadata>> targets) {
    this.roots = roots;
    this.timestamp = timestamp;
    this.snapshot = snapshot;
    this.targets = targets;
  }

  /**
   * What a device believes that has never updated (section 5.2).
   *
   * @param root came with the device, by a way that its owner trusts
   * @throws IllegalArgumentException when it is not signed by its own keys: that is no root but a
   *     draft of one
   */
  public static TrustedMetadata startingFrom(SignedMetadata<RootMetadata> root) {
    return new TrustedMetadata(
        RootChain.of(root), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Begins an update.
   *
   * @param start the time now: all of this update compares expiries with it (section 5.1)
   */
  public UpdateStep beginUpdate(Instant start) {
    return ExpectedRoot.from(this, start);
  }

  /** The root that is believed now. */
  public RootMetadata root() {
    return roots.current().metadata();
  }

  /** The highest version that was seen of a role; 0 for none. */
  public long versionOf(MetadataRole role) {
    return switch (role) {
      case ROOT -> root().version();
      case TIMESTAMP -> version(timestamp);
      case SNAPSHOT -> version(snapshot);
      case TARGETS -> version(targets);
    };
  }

  private static long version(Optional<? extends SignedMetadata<?>> file) {
    return file.map(known -> known.metadata().version()).orElse(0L);
  }

  List<SignedMetadata<RootMetadata>> roots() {
    return roots.roots();
  }

  SignedMetadata<RootMetadata> signedRoot() {
    return roots.current();
  }

  Optional<SignedMetadata<TimestampMetadata>> timestamp() {
    return timestamp;
  }

  Optional<SignedMetadata<SnapshotMetadata>> snapshot() {
    return snapshot;
  }

  Optional<SignedMetadata<TargetsMetadata>> targets() {
    return targets;
  }

  TimestampMetadata timestampNow() {
    return timestamp.orElseThrow(() -> new BugException("no timestamp yet")).metadata();
  }

  SnapshotMetadata snapshotNow() {
    return snapshot.orElseThrow(() -> new BugException("no snapshot yet")).metadata();
  }

  /** The earliest expiry of what is believed. */
  Instant validUntil() {
    Stream<Metadata> all =
        Stream.of(Optional.of(roots.current()), timestamp, snapshot, targets)
            .flatMap(Optional::stream)
            .map(SignedMetadata::metadata);
    return Collections.min(all.map(Metadata::expires).toList());
  }

  boolean hasRoomFor(SignedMetadata<RootMetadata> root) {
    return roots.sizeBytes() + root.encode().length <= MAXIMUM_ROOT_BYTES;
  }

  /**
   * With a root that follows. When it revokes a key of the timestamp or the snapshot, those are
   * forgotten (step 5.3.11): whoever had the key may have signed the highest version there is, and
   * nothing would ever be newer. A key that is only added revokes nothing: forgetting then would
   * only open the door to what the old keys signed earlier.
   */
  TrustedMetadata withRoot(SignedMetadata<RootMetadata> next) {
    RootChain longer = roots.followedBy(next);
    return forgets(root(), next.metadata())
        ? new TrustedMetadata(longer, Optional.empty(), Optional.empty(), targets)
        : new TrustedMetadata(longer, timestamp, snapshot, targets);
  }

  static boolean forgets(RootMetadata before, RootMetadata after) {
    return before.isRevokedBy(after, MetadataRole.TIMESTAMP)
        || before.isRevokedBy(after, MetadataRole.SNAPSHOT);
  }

  TrustedMetadata withTimestamp(SignedMetadata<TimestampMetadata> next) {
    return new TrustedMetadata(roots, Optional.of(next), snapshot, targets);
  }

  TrustedMetadata withSnapshot(SignedMetadata<SnapshotMetadata> next) {
    return new TrustedMetadata(roots, timestamp, Optional.of(next), targets);
  }

  TrustedMetadata withTargets(SignedMetadata<TargetsMetadata> next) {
    return new TrustedMetadata(roots, timestamp, snapshot, Optional.of(next));
  }

  /** Versions only. */
  @Override
  public String toString() {
    return "TrustedMetadata[root="
        + versionOf(MetadataRole.ROOT)
        + ", timestamp="
        + versionOf(MetadataRole.TIMESTAMP)
        + ", snapshot="
        + versionOf(MetadataRole.SNAPSHOT)
        + ", targets="
        + versionOf(MetadataRole.TARGETS)
        + "]";
  }
}
