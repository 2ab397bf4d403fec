package dev.tributary.security.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A small file that only its owner can read, replaced as a whole or not at all.
 *
 * <p>The new content goes to a temporary file beside the target that is created with its final
 * permissions, so that there is no moment at which others could open it; it is forced to the disk
 * and then renamed over the target. After a crash the target holds the old content or the new one.
 *
 * <p>Blocks on the disk: not for an event loop.
 */
public final class OwnerOnlyFile {

  private static final Set<PosixFilePermission> OWNER_READ_WRITE =
      PosixFilePermissions.fromString("rw-------");

  /** Of names that only need to be free. */
  private static final SecureRandom RANDOM = new SecureRandom();

  private OwnerOnlyFile() {}

  /**
   * Writes {@code content} to {@code file}, which need not exist; its folder must.
   *
   * @throws IOException when the folder cannot be written; {@code file} is then as it was before
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = parentOf(target);
    Path temporary = folder.resolve(".secret" + Long.toHexString(RANDOM.nextLong()) + ".tmp");
    boolean complete = false;
    try {
      try (FileChannel channel = createOwnerOnly(temporary)) {
        ByteBuffer remaining = ByteBuffer.wrap(content);
        while (remaining.hasRemaining()) {
          channel.write(remaining);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      complete = true;
    } finally {
      if (!complete) {
        Files.deleteIfExists(temporary);
      }
    }
    forceFolder(folder);
  }

  /**
   * Reads the whole file.
   *
   * @param maximumBytes refuses anything larger
   * @throws IOException when the file cannot be read, is larger, or someone other than its owner
   *     may read or write it
   */
  public static byte[] read(Path file, int maximumBytes) throws IOException {
    if (isPosix(file)) {
      Set<PosixFilePermission> excess = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      excess.remove(PosixFilePermission.OWNER_READ);
      excess.remove(PosixFilePermission.OWNER_WRITE);
      excess.remove(PosixFilePermission.OWNER_EXECUTE);
      if (!excess.isEmpty()) {
        throw new IOException(
            file
                + " holds a secret but others have access to it: expected permissions rw-------,"
                + " found "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                + " (chmod 600 mends it)");
      }
    }
    byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(maximumBytes + 1);
    }
    if (content.length > maximumBytes) {
      throw new IOException(file + ": expected at most " + maximumBytes + " bytes, found more");
    }
    return content;
  }

  /** Makes a file that is not there yet. */
  private static FileChannel createOwnerOnly(Path file) throws IOException {
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (isPosix(file)) {
      return FileChannel.open(file, fresh, PosixFilePermissions.asFileAttribute(OWNER_READ_WRITE));
    }
    FileChannel.open(file, fresh).close();
    AclFileAttributeView acl = Files.getFileAttributeView(file, AclFileAttributeView.class);
    if (acl == null) {
      throw new IOException(
          file.getParent()
              + ": this file system has no permissions, so a secret cannot be kept there");
    }
    acl.setAcl(
        List.of(
            AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(acl.getOwner())
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build()));
    return FileChannel.open(file, StandardOpenOption.WRITE);
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static Path parentOf(Path absolute) throws IOException {
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IOException(absolute + " is not a file in a folder");
    }
    return parent;
  }

  /**
   * Makes durable which files are in a folder; where a folder cannot be opened (Windows) the file
   * system sees to it.
   */
  public static void forceFolder(Path folder) throws IOException {
    if (isPosix(folder)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
