package dev.tributary.coordinator.intake;

import dev.tributary.coordinator.disk.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The folder of temporary files that staged uploads overflow into. Never synced: an upload that is
 * not counted may be lost. Every file goes when its upload does; what a crash left behind goes at
 * the next start. Blocks: worker threads only, except {@link #reserve} and {@link #release}.
 */
final class StageFiles {

  /** Opens a new file, for writing and reading, that goes when it is closed. */
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  private static final String SUFFIX = ".upload";

  private final Path directory;
  private final long limitBytes;
  private final Opener opener;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong nextName = new AtomicLong();

  StageFiles(Path directory, long limitBytes, Opener opener) {
    this.directory = directory;
    this.limitBytes = limitBytes;
    this.opener = opener;
  }

  /**
   * Makes the folder and removes what an earlier process left in it.
   *
   * @throws IOException when the folder cannot be made, listed or written to
   */
  static StageFiles in(Path directory, long limitBytes) throws IOException {
    OwnerOnly.claimFolder(directory);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    return new StageFiles(directory, limitBytes, StageFiles::openNew);
  }

  /**
   * Reserves the whole length of an upload: it either fits from the start or is refused at once.
   */
  boolean reserve(long bytes) {
    long used = usedBytes.get();
    while (used + bytes <= limitBytes) {
      if (usedBytes.compareAndSet(used, used + bytes)) {
        return true;
      }
      used = usedBytes.get();
    }
    return false;
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  long usedBytes() {
    return usedBytes.get();
  }

  FileChannel open() throws IOException {
    return opener.open(directory.resolve(nextName.incrementAndGet() + SUFFIX));
  }

  private static FileChannel openNew(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ,
            StandardOpenOption.DELETE_ON_CLOSE),
        OwnerOnly.fileAttributes(file));
  }
}
