package dev.tributary.coordinator.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * How files that must outlive a crash get there, step by step: a file is written under a passing
 * name, synced and closed, then renamed, then its folder is synced. A crash may fall between any
 * two steps; a simulation lets it. Every method blocks.
 */
public interface Disk {
  /** What a file is to hold; the stream has no buffer. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Makes a file that was not there, open to its owner only; all of it is on disk afterwards. */
  void write(Path file, Content content) throws IOException;

  /** Renames a file, in place of what had that name; whoever looks sees the one or the other. */
  void rename(Path from, Path to) throws IOException;

  /** Makes the names in a folder durable: a name is so only once its folder is. */
  void sync(Path folder) throws IOException;

  /** Removes a file if it is there. */
  void delete(Path file) throws IOException;

  /** The file system of this machine. */
  static Disk ofMachine() {
    return new Disk() {
      @Override
      public void write(Path file, Content content) throws IOException {
        try (var channel =
            FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                OwnerOnly.fileAttributes(file))) {
          content.writeTo(Channels.newOutputStream(channel));
          channel.force(true);
        }
      }

      @Override
      public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }

      @Override
      public void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }

      @Override
      public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
      }
    };
  }
}
