package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.coordinator.store.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A folder of files named by the SHA-256 of their bytes. A name that can be seen always has all its
 * bytes. Every method blocks; safe on any thread.
 */
public final class ArtifactFiles {
  private static final String UNFINISHED = ".unfinished";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;
  private final Disk disk;

  private ArtifactFiles(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  /** Opens a folder, creating it when it is missing, and removes what a crash left unfinished. */
  public static ArtifactFiles open(Path folder, Disk disk) {
    try {
      OwnerOnly.claimFolder(folder);
      try (var unfinished = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
        for (Path file : unfinished) {
          disk.delete(file);
        }
      }
      return new ArtifactFiles(folder, disk);
    } catch (IOException e) {
      throw FileFaults.translate("open " + folder, e);
    }
  }

  /** Where a file is, if it is here. */
  public Optional<Path> find(FileDigest digest) {
    Path file = folder.resolve(digest.hex());
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** Saves a file durably; does nothing when it is here already. */
  public FileDigest save(byte[] content) {
    FileDigest digest = FileDigest.of(content);
    if (find(digest).isPresent()) {
      return digest;
    }
    Path unfinished = folder.resolve("artifact-" + UUID.randomUUID() + UNFINISHED);
    try {
      disk.write(unfinished, file -> file.write(content));
      disk.rename(unfinished, folder.resolve(digest.hex()));
      disk.sync(folder);
      return digest;
    } catch (IOException e) {
      throw FileFaults.translate("save an artifact in " + folder, e);
    }
  }

  /**
   * Reads a file and checks its name.
   *
   * @throws StoreException when it is missing ({@code FAILED}) or not what its name says ({@code
   *     CORRUPT})
   */
  public byte[] load(FileDigest digest) {
    Path file = folder.resolve(digest.hex());
    try {
      byte[] content = Files.readAllBytes(file);
      if (!FileDigest.of(content).equals(digest)) {
        throw new StoreException(
            StoreException.Kind.CORRUPT, "artifact " + digest + " has another digest");
      }
      return content;
    } catch (IOException e) {
      throw FileFaults.translate("read artifact " + file, e);
    }
  }

  /** All files with their lengths. */
  public Map<FileDigest, Long> all() {
    Map<FileDigest, Long> all = new TreeMap<>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (NAME.matcher(name).matches()) {
          all.put(new FileDigest(name), Files.size(file));
        }
      }
      return all;
    } catch (IOException | DirectoryIteratorException e) {
      throw FileFaults.translate(
          "list " + folder, e instanceof IOException io ? io : new IOException(e));
    }
  }

  /** Deletes a file, if it is here. */
  public void delete(FileDigest digest) {
    try {
      disk.delete(folder.resolve(digest.hex()));
    } catch (IOException e) {
      throw FileFaults.translate("delete artifact " + digest, e);
    }
  }
}
