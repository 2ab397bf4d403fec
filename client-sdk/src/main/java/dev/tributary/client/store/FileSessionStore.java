package dev.tributary.client.store;

import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session in a folder: {@code device-key.pem} (the private key, PKCS#8), {@code session} (see
 * {@link SessionText}), {@code update-ID.bin} while an update is on its way, {@code step.sealed}
 * and {@code step-key}, which hold secrets while the device is in a round with keys and the digest
 * of its manifest from then on, and {@code lock}, held by the process that uses the folder.
 *
 * <p>The key is written before the first session and never again: a session without its key, or a
 * key that does not read, is an error. A folder that only has the key belongs to a device that
 * stopped before its first session was saved; it keeps that key. Used by one thread at a time.
 */
public final class FileSessionStore implements SessionStore {

  private static final String KEY_FILE = "device-key.pem";
  private static final String SESSION_FILE = "session";
  private static final String LOCK_FILE = "lock";
  private static final String UPDATE_PREFIX = "update-";
  private static final String UPDATE_SUFFIX = ".bin";
  private static final String TEMPORARY_GLOB = ".secret*.tmp";
  private static final int MAXIMUM_SESSION_BYTES = 1 << 20;

  private final Path folder;
  private final AtomicWriter writer;
  private final FileLock lock;
  private final SealedStep step;
  private @Nullable DeviceKeyPair keyPair;

  private FileSessionStore(Path folder, AtomicWriter writer, FileLock lock) {
    this.folder = folder;
    this.writer = writer;
    this.lock = lock;
    this.step = new SealedStep(folder);
  }

  /**
   * Opens or makes the folder and locks it.
   *
   * @throws SessionStoreException when the folder cannot be written or another client uses it
   */
  public static FileSessionStore open(Path folder) {
    return open(folder, OwnerOnlyFile::replace);
  }

  static FileSessionStore open(Path folder, AtomicWriter writer) {
    try {
      OwnerOnly.createFolder(folder);
      FileLock lock = lock(folder);
      try {
        deleteLeftovers(folder, TEMPORARY_GLOB);
      } catch (IOException | RuntimeException untidy) {
        lock.acquiredBy().close();
        throw untidy;
      }
      return new FileSessionStore(folder, writer, lock);
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the state directory " + folder + " cannot be used: " + failure, failure);
    }
  }

  private static FileLock lock(Path folder) throws IOException {
    FileChannel channel =
        OwnerOnly.open(
            folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      throw inUse(folder);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw inUse(folder);
    }
    return lock;
  }

  private static SessionStoreException inUse(Path folder) {
    return new SessionStoreException(
        "the state directory "
            + folder
            + " is in use by another client: give each device a directory of its own");
  }

  @Override
  public DeviceKeyPair keyPair() {
    DeviceKeyPair known = keyPair;
    if (known == null) {
      known = readOrMakeKeyPair();
      keyPair = known;
    }
    return known;
  }

  private DeviceKeyPair readOrMakeKeyPair() {
    Path file = folder.resolve(KEY_FILE);
    try {
      if (Files.exists(file)) {
        return Uninterrupted.run(() -> DeviceKeyPair.load(file));
      }
      if (Files.exists(folder.resolve(SESSION_FILE))) {
        throw new SessionStoreException(
            "the device's key "
                + file
                + " is missing though its session is there: "
                + "restore the key, or delete the whole directory to become a new device");
      }
      DeviceKeyPair fresh = DeviceKeyPair.generate(new SecureRandom());
      return Uninterrupted.run(
          () -> {
            fresh.save(file);
            return fresh;
          });
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the device's key " + file + " cannot be used: " + failure.getMessage(), failure);
    }
  }

  @Override
  public Optional<DeviceSession> load() {
    Path file = folder.resolve(SESSION_FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      DeviceSession saved = SessionText.parse(read(file, MAXIMUM_SESSION_BYTES));
      return Optional.of(lastManifest().map(saved::withKeysFor).orElse(saved));
    } catch (IOException | IllegalArgumentException failure) {
      throw new SessionStoreException(
          "the device's session "
              + file
              + " cannot be read: "
              + failure.getMessage()
              + "; restore it, or delete the whole directory to become a new device",
          failure);
    }
  }

  private Optional<ContentDigest> lastManifest() {
    try {
      return step.lastManifest();
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the round that the device made keys for last cannot be read: " + failure.getMessage(),
          failure);
    }
  }

  @Override
  public void save(DeviceSession session) {
    write(SESSION_FILE, SessionText.format(session));
  }

  @Override
  public void saveUpdate(UploadId upload, byte[] update) {
    write(updateFile(upload), update);
  }

  private void write(String name, byte[] content) {
    Path file = folder.resolve(name);
    try {
      Uninterrupted.run(
          () -> {
            writer.replace(file, content);
            return file;
          });
    } catch (IOException failure) {
      throw new SessionStoreException(
          file + " cannot be written: " + failure.getMessage(), failure);
    }
  }

  @Override
  public byte[] loadUpdate(UploadId upload, long lengthBytes, ContentDigest digest) {
    Path file = folder.resolve(updateFile(upload));
    try {
      byte[] update = read(file, Math.toIntExact(lengthBytes));
      if (update.length != lengthBytes || !ContentDigest.of(update).equals(digest)) {
        throw new SessionStoreException(
            "the update " + file + " is not the one that the session names");
      }
      return update;
    } catch (IOException | ArithmeticException failure) {
      throw new SessionStoreException(
          "the update " + file + " cannot be read: " + failure.getMessage(), failure);
    }
  }

  private static byte[] read(Path file, int maximumBytes) throws IOException {
    return Uninterrupted.run(() -> OwnerOnlyFile.read(file, maximumBytes));
  }

  private static String updateFile(UploadId upload) {
    return UPDATE_PREFIX + upload + UPDATE_SUFFIX;
  }

  @Override
  public void discardUpdates() {
    try {
      deleteLeftovers(folder, UPDATE_PREFIX + "*" + UPDATE_SUFFIX);
    } catch (IOException failure) {
      throw new SessionStoreException(
          "updates in " + folder + " cannot be deleted: " + failure, failure);
    }
  }

  @Override
  public void saveStep(ContentDigest manifest, SecretBytes content) {
    try {
      step.save(manifest, content);
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the step of the round in " + folder + " cannot be written: " + failure.getMessage(),
          failure);
    }
  }

  @Override
  public Optional<SecretBytes> loadStep() {
    try {
      return step.load();
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the step of the round in " + folder + " cannot be read: " + failure.getMessage(),
          failure);
    }
  }

  @Override
  public void eraseStep() {
    try {
      step.erase();
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the step of the round in " + folder + " cannot be erased: " + failure, failure);
    }
  }

  private static void deleteLeftovers(Path folder, String glob) throws IOException {
    try (var files = Files.newDirectoryStream(folder, glob)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void close() {
    if (keyPair != null) {
      keyPair.destroy();
    }
    try {
      try {
        step.close();
      } finally {
        lock.acquiredBy().close();
      }
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the files of " + folder + " cannot be closed: " + failure, failure);
    }
  }
}
