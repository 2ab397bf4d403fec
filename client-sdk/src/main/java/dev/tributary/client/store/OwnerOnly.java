package dev.tributary.client.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders and files that only their owner can use, from the moment that they exist and whatever the
 * umask. On file systems without POSIX permissions they inherit those of the folder they are in.
 */
public final class OwnerOnly {

  private OwnerOnly() {}

  /** Makes {@code folder} (and its parents, with usual permissions) unless it is there. */
  public static void createFolder(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      return;
    }
    Path parent = absolute.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(absolute, permissions(absolute, "rwx------"));
    } catch (FileAlreadyExistsException other) {
      if (!Files.isDirectory(absolute)) {
        throw other;
      }
    }
  }

  /** Opens {@code file}, which gets its permissions when {@code options} create it. */
  static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, Set.of(options), permissions(file, "rw-------"));
  }

  private static FileAttribute<?>[] permissions(Path path, String posix) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(posix))
        }
        : new FileAttribute<?>[0];
  }
}
