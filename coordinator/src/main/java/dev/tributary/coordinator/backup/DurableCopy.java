package dev.tributary.coordinator.backup;

import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.security.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies of single files, checked where their name says what is in them. Blocks. */
final class DurableCopy {
  private static final int BUFFER_BYTES = 1 << 16;

  private DurableCopy() {}

  /** Copies a file with its permissions. */
  static void of(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /**
   * Copies a file that is named by the digest of its content.
   *
   * @throws ReplacedException when it is not there any more
   * @throws IOException when its content is not what its name says, or cannot be copied
   */
  static void ofModel(Path from, Path to) throws IOException, ReplacedException {
    OwnerOnly.createFolders(Objects.requireNonNull(to.getParent()));
    try {
      of(from, to);
    } catch (NoSuchFileException gone) {
      throw new ReplacedException(from + " is named by the database and not there");
    }
    String digest = sha256(to);
    if (!String.valueOf(to.getFileName()).startsWith(digest)) {
      throw new IOException("model file " + from + " is damaged: it has the digest " + digest);
    }
  }

  /** Makes everything below a folder durable; its size in bytes. */
  static long syncAll(Path folder) throws IOException {
    long bytes = 0;
    try (var all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        if (Files.isDirectory(path)) {
          syncFolder(path);
        } else {
          bytes += Files.size(path);
          try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
      }
    }
    return bytes;
  }

  /** A name is durable only once its folder is. */
  static void syncFolder(@Nullable Path folder) throws IOException {
    if (folder != null) {
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Sha256.start();
    ByteBuffer chunk = ByteBuffer.allocate(BUFFER_BYTES);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(chunk) >= 0) {
        digest.update(chunk.flip());
        chunk.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
