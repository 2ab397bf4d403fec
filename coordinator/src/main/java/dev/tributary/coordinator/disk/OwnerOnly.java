package dev.tributary.coordinator.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders and files that only the coordinator's user may open: updates of devices pass through
 * them, in the clear where the protocol is PLAIN. Where the file system has no POSIX permissions
 * the folder's own rules hold. Blocks.
 */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private OwnerOnly() {}

  /** Makes the folder with those above it; one that is there keeps the permissions it has. */
  public static void createFolders(Path folder) throws IOException {
    if (isPosix(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
    } else {
      Files.createDirectories(folder);
    }
  }

  /** Makes the folder, or closes one that is there to others: for folders of our own. */
  public static void claimFolder(Path folder) throws IOException {
    createFolders(folder);
    if (isPosix(folder)) {
      Files.setPosixFilePermissions(folder, FOLDER);
    }
  }

  /** Makes an empty file, or closes one that is there to others. */
  public static void claimFile(Path file) throws IOException {
    try {
      Files.createFile(file, fileAttributes(file));
    } catch (FileAlreadyExistsException e) {
      if (isPosix(file)) {
        Files.setPosixFilePermissions(file, FILE);
      }
    }
  }

  /** What a new file is opened with. */
  public static FileAttribute<?>[] fileAttributes(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FILE)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
