package dev.tributary.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.coordinator.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileFaultsTest {
  @TempDir private Path directory;

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has a device that is always full")
  void fullDevice_isFull() {
    assertThat(kindOfWriting(Path.of("/dev/full"))).isEqualTo(Kind.FULL);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the size of a file")
  void fileThatMayNotGrow_isFull() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    FileSizeLimit.during(1, () -> assertThat(kindOfWriting(file)).isEqualTo(Kind.FULL));
  }

  @Test
  void quota_isFull_andAnythingElseFailed() {
    assertThat(kind(new FileSystemException("file", null, "Disk quota exceeded")))
        .isEqualTo(Kind.FULL);
    assertThat(kind(new IOException("Input/output error"))).isEqualTo(Kind.FAILED);
    assertThat(kind(new IOException())).isEqualTo(Kind.FAILED);
    assertThat(kindOfWriting(directory.resolve("missing"))).isEqualTo(Kind.FAILED);
    assertThat(FileFaults.translate("save x", new NoSuchFileException("f")))
        .hasMessage("cannot save x: java.nio.file.NoSuchFileException: f");
  }

  private static Kind kindOfWriting(Path file) {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 2; i++) { // the first may be cut short
        channel.write(ByteBuffer.allocate(2));
      }
      throw new AssertionError("written");
    } catch (IOException e) {
      return kind(e);
    }
  }

  private static Kind kind(IOException cause) {
    return FileFaults.translate("write", cause).kind();
  }
}
