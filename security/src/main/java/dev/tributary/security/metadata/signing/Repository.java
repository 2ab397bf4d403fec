package dev.tributary.security.metadata.signing;

import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.TargetsMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The current metadata of a repository, and how the next comes of it. Immutable and pure: time and
 * keys are arguments; whoever calls writes {@link #files()} to where devices read them, the
 * timestamp last, and only then forgets the files before.
 *
 * @param root the current one, signed by its own keys
 * @param targets signed under {@code root}, as are the others
 * @param snapshot of {@code targets}
 * @param timestamp of {@code snapshot}
 */
public record Repository(
    SignedMetadata<RootMetadata> root,
    SignedMetadata<TargetsMetadata> targets,
    SignedMetadata<SnapshotMetadata> snapshot,
    SignedMetadata<TimestampMetadata> timestamp) {

  /** Checks that a device would believe all four, were they not expired. */
  public Repository {
    RootMetadata keys = root.metadata();
    requireVerified(keys, root);
    requireVerified(keys, targets);
    requireVerified(keys, snapshot);
    requireVerified(keys, timestamp);
    if (!snapshot.metadata().targets().equals(MetaFile.of(targets))
        || !timestamp.metadata().snapshot().equals(MetaFile.of(snapshot))) {
      throw new IllegalArgumentException(
          "repository: expected a timestamp of its snapshot of its targets, got others");
    }
  }

  private static void requireVerified(RootMetadata keys, SignedMetadata<?> file) {
    if (!keys.verifies(file)) {
      throw new IllegalArgumentException(
          "repository: the "
              + file.metadata().role().text()
              + " is not signed by enough keys of root "
              + keys.version());
    }
  }

  /** A repository without targets: version 1 of everything under {@code root}. */
  public static Repository empty(
      SignedMetadata<RootMetadata> root, OnlineSigners signers, Lifetimes lifetimes, Instant now) {
    requireVerified(root.metadata(), root);
    return signed(root, new TreeMap<>(), new Versions(1, 1, 1), signers, lifetimes, now);
  }

  /**
   * Publishes another set of targets: all three roles get their next version.
   *
   * @param files all that there are from now on, by path; see {@link TargetsMetadata}
   */
  public Repository publish(
      Map<String, TargetFile> files, OnlineSigners signers, Lifetimes lifetimes, Instant now) {
    return signed(root, new TreeMap<>(files), next(), signers, lifetimes, now);
  }

  /**
   * Signs again what would expire: the timestamp always, snapshot and targets when less than half
   * of their lifetime is left.
   */
  public Repository refresh(OnlineSigners signers, Lifetimes lifetimes, Instant now) {
    if (isHalfGone(targets.metadata(), lifetimes.targets(), now)) {
      return publish(targets.metadata().targets(), signers, lifetimes, now);
    }
    SignedMetadata<SnapshotMetadata> nextSnapshot =
        isHalfGone(snapshot.metadata(), lifetimes.snapshot(), now)
            ? snapshot(
                root.metadata(),
                targets,
                snapshot.metadata().version() + 1,
                signers,
                expiry(now, lifetimes.snapshot()))
            : snapshot;
    return new Repository(
        root,
        targets,
        nextSnapshot,
        timestamp(
            root.metadata(),
            nextSnapshot,
            timestamp.metadata().version() + 1,
            signers,
            expiry(now, lifetimes.timestamp())));
  }

  /**
   * Goes on under the next root. Everything is signed again: by keys that {@code next} may just
   * have brought in.
   *
   * @throws IllegalArgumentException when {@code next} does not follow from the current root
   */
  public Repository rotate(
      SignedMetadata<RootMetadata> next, OnlineSigners signers, Lifetimes lifetimes, Instant now) {
    if (next.metadata().version() != root.metadata().version() + 1
        || !root.metadata().verifies(next)) {
      throw new IllegalArgumentException(
          "repository: root "
              + next.metadata().version()
              + " does not follow from root "
              + root.metadata().version());
    }
    return signed(next, targets.metadata().targets(), next(), signers, lifetimes, now);
  }

  /** The files of this state by name; those of earlier roots stay on the repository beside them. */
  public SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    put(files, root);
    put(files, targets);
    put(files, snapshot);
    put(files, timestamp);
    return files;
  }

  private static void put(Map<String, byte[]> files, SignedMetadata<?> file) {
    Metadata metadata = file.metadata();
    files.put(metadata.role().fileName(metadata.version()), file.encode());
  }

  private static Repository signed(
      SignedMetadata<RootMetadata> root,
      SortedMap<String, TargetFile> files,
      Versions versions,
      OnlineSigners signers,
      Lifetimes lifetimes,
      Instant now) {
    RootMetadata keys = root.metadata();
    SignedMetadata<TargetsMetadata> targets =
        signers.sign(
            keys, new TargetsMetadata(versions.targets, expiry(now, lifetimes.targets()), files));
    SignedMetadata<SnapshotMetadata> snapshot =
        snapshot(keys, targets, versions.snapshot, signers, expiry(now, lifetimes.snapshot()));
    return new Repository(
        root,
        targets,
        snapshot,
        timestamp(keys, snapshot, versions.timestamp, signers, expiry(now, lifetimes.timestamp())));
  }

  private static SignedMetadata<SnapshotMetadata> snapshot(
      RootMetadata keys,
      SignedMetadata<TargetsMetadata> targets,
      long version,
      OnlineSigners signers,
      Instant expires) {
    return signers.sign(keys, new SnapshotMetadata(version, expires, MetaFile.of(targets)));
  }

  private static SignedMetadata<TimestampMetadata> timestamp(
      RootMetadata keys,
      SignedMetadata<SnapshotMetadata> snapshot,
      long version,
      OnlineSigners signers,
      Instant expires) {
    return signers.sign(keys, new TimestampMetadata(version, expires, MetaFile.of(snapshot)));
  }

  private static Instant expiry(Instant now, Duration lifetime) {
    return now.plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
  }

  private static boolean isHalfGone(Metadata metadata, Duration lifetime, Instant now) {
    return metadata.isExpiredAt(now.plus(lifetime.dividedBy(2)));
  }

  private Versions next() {
    return new Versions(
        targets.metadata().version() + 1,
        snapshot.metadata().version() + 1,
        timestamp.metadata().version() + 1);
  }

  /** Of the three roles that are signed online. */
  private record Versions(long targets, long snapshot, long timestamp) {}
}
