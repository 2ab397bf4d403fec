package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that the messages of open rounds are sealed under, each in a file that only its owner
 * can read. Every method blocks; safe on any thread.
 */
public final class SessionVaults {
  private static final Logger LOG = LoggerFactory.getLogger(SessionVaults.class);
  private static final String SUFFIX = ".key";
  private static final String UNFINISHED = ".unfinished";

  private final Path folder;
  private final Disk disk;
  private final SecureRandom random;
  private final Map<RoundId, SessionVault> vaults = new HashMap<>();

  private SessionVaults(Path folder, Disk disk, SecureRandom random) {
    this.folder = folder;
    this.disk = disk;
    this.random = random;
  }

  /**
   * Opens the folder, which is made when it is missing, and removes what a crash left unfinished.
   */
  public static SessionVaults open(Path folder, Disk disk, SecureRandom random) {
    try {
      OwnerOnly.claimFolder(folder);
      try (var unfinished = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
        for (Path file : unfinished) {
          disk.delete(file);
        }
      }
      return new SessionVaults(folder, disk, random);
    } catch (IOException e) {
      throw FileFaults.translate("open " + folder, e);
    }
  }

  /** The vault of a round, with a new key when it has none. */
  public synchronized SessionVault of(RoundId round) {
    return find(round).orElseGet(() -> create(round));
  }

  /**
   * The vault of a round, when its key is here.
   *
   * @throws StoreException of kind {@code CORRUPT} when the key's file is not one
   */
  public synchronized Optional<SessionVault> find(RoundId round) {
    var known = vaults.get(round);
    if (known != null || Files.notExists(file(round))) {
      return Optional.ofNullable(known);
    }
    byte[] bytes;
    try {
      bytes = OwnerOnlyFile.read(file(round), SealingKey.LENGTH_BYTES);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "the key of round " + round + " cannot be read: " + e, e);
    }
    if (bytes.length != SealingKey.LENGTH_BYTES) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "the key of round " + round + " has " + bytes.length + " bytes");
    }
    return Optional.of(remember(round, bytes));
  }

  /** Deletes the key of a round, and with it all that was sealed. */
  public synchronized void erase(RoundId round) {
    var vault = vaults.remove(round);
    if (vault != null) {
      vault.destroy();
    }
    try {
      disk.delete(file(round));
    } catch (IOException e) {
      LOG.warn("the key of round {} is left over", round, e);
    }
  }

  /** Deletes the keys of all rounds but these. */
  public synchronized void keepOnly(Set<RoundId> open) {
    Set<Path> wanted = open.stream().map(this::file).collect(Collectors.toSet());
    try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        if (!wanted.contains(file)) {
          disk.delete(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("keys of ended rounds are left over in {}", folder, e);
    }
  }

  private SessionVault create(RoundId round) {
    byte[] fresh = new byte[SealingKey.LENGTH_BYTES];
    random.nextBytes(fresh);
    try {
      Path unfinished = folder.resolve(round + UNFINISHED);
      disk.delete(unfinished); // of an attempt that failed
      disk.write(unfinished, file -> file.write(fresh));
      disk.rename(unfinished, file(round));
      disk.sync(folder);
    } catch (IOException e) {
      Arrays.fill(fresh, (byte) 0);
      throw FileFaults.translate("write the key of round " + round, e);
    }
    return remember(round, fresh);
  }

  private SessionVault remember(RoundId round, byte[] bytes) {
    var key = SealingKey.of(SecretBytes.copyOf(bytes, InsecureSecretAccess.get()));
    Arrays.fill(bytes, (byte) 0);
    var vault = new SessionVault(round, key, random);
    vaults.put(round, vault);
    return vault;
  }

  private Path file(RoundId round) {
    return folder.resolve(round + SUFFIX);
  }
}
