package dev.tributary.coordinator.publish.metadata;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's repository: its online keys, its state on disk, its files for devices. Before
 * an operator has installed a root there is nothing in it and nothing can be published. Methods
 * that change something block and are called by one thread at a time; {@link #file} by any.
 */
public final class SignedRepository {
  private static final Logger LOG = LoggerFactory.getLogger(SignedRepository.class);

  private final MetadataFolder folder;
  private final OnlineSigners signers;
  private final Lifetimes lifetimes;
  private final InstantSource clock;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private volatile @Nullable Repository current;

  private SignedRepository(
      MetadataFolder folder, OnlineSigners signers, Lifetimes lifetimes, InstantSource clock) {
    this.folder = folder;
    this.signers = signers;
    this.lifetimes = lifetimes;
    this.clock = clock;
  }

  /**
   * Opens {@code metadata} and {@code metadata-keys} in the state folder, and makes what is
   * missing.
   *
   * @param sealingKey file with the key that seals the others; empty: beside them
   */
  public static SignedRepository open(
      Path stateDirectory,
      Optional<Path> sealingKey,
      Disk disk,
      Lifetimes lifetimes,
      InstantSource clock,
      SecureRandom random) {
    Path keys = stateDirectory.resolve("metadata-keys");
    try {
      OwnerOnly.claimFolder(keys);
      OnlineSigners signers =
          OnlineKeyFolder.open(
              keys, sealingKey.orElseGet(() -> OnlineKeyFolder.sealingKeyIn(keys)), random);
      var repository =
          new SignedRepository(
              MetadataFolder.open(stateDirectory.resolve("metadata"), disk),
              signers,
              lifetimes,
              clock);
      repository.load();
      return repository;
    } catch (IOException e) {
      throw FileFaults.translate("open the keys in " + keys, e);
    }
  }

  private void load() {
    current = folder.load().orElse(null);
    for (String name : folder.names()) {
      folder.read(name).ifPresent(content -> files.put(name, content));
    }
  }

  /** A metadata file by its name. */
  public Optional<byte[]> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** Whether a root is installed. */
  public boolean isOpen() {
    return current != null;
  }

  /** The files that are published, by path. */
  public SortedMap<String, TargetFile> targets() {
    Repository known = current;
    return known == null ? new TreeMap<>() : known.targets().metadata().targets();
  }

  /**
   * Installs the first root, or the next one: from then on devices follow it.
   *
   * @param file as it was signed
   * @throws RejectedException when it is no root, does not follow from the current one, is not
   *     signed by enough keys, or does not name the online keys of this coordinator
   */
  public void install(byte[] file) throws RejectedException {
    Repository known = current;
    try {
      SignedMetadata<RootMetadata> root = SignedMetadata.root(file);
      if (known == null && root.metadata().version() != 1) {
        throw new RejectedException(
            RejectReason.BAD_CONFIGURATION,
            "the first root has version 1, this one " + root.metadata().version());
      }
      adopt(
          known == null
              ? Repository.empty(root, signers, lifetimes, clock.instant())
              : known.rotate(root, signers, lifetimes, clock.instant()));
      LOG.info("root {} is installed", root.metadata().version());
    } catch (MalformedMetadataException | IllegalArgumentException e) {
      throw new RejectedException(RejectReason.BAD_CONFIGURATION, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Publishes these files and no others, unless they are the ones that are published.
   *
   * @throws RejectedException before a root is installed that names the online keys
   */
  public void publish(Map<String, TargetFile> wanted) throws RejectedException {
    Repository known = requireOpen();
    if (known.targets().metadata().targets().equals(wanted)) {
      return;
    }
    Repository next;
    try {
      next = known.publish(wanted, signers, lifetimes, clock.instant());
    } catch (IllegalArgumentException otherKeys) {
      throw new RejectedException(
          RejectReason.WRONG_STATE,
          otherKeys.getMessage()
              + ": install a root that names the keys in metadata-keys, or put those back that it"
              + " names");
    }
    adopt(next);
  }

  /**
   * Signs again what would expire: once half of the timestamp's lifetime is over. To be called more
   * often than that.
   */
  public void refresh() {
    Repository known = current;
    Instant soon = clock.instant().plus(lifetimes.timestamp().dividedBy(2));
    if (known != null && known.timestamp().metadata().isExpiredAt(soon)) {
      adopt(known.refresh(signers, lifetimes, clock.instant()));
    }
  }

  private Repository requireOpen() throws RejectedException {
    Repository known = current;
    if (known == null) {
      throw new RejectedException(
          RejectReason.WRONG_STATE,
          "no root is installed, so that no device would believe what is published: see"
              + " docs/publishing.md, 'Keys and root'");
    }
    return known;
  }

  private void adopt(Repository next) {
    folder.save(next);
    files.putAll(next.files());
    current = next;
    folder.tidy(next);
    files.keySet().retainAll(folder.names());
  }
}
