package dev.tributary.coordinator.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.store.FileSizeLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stage gives back exactly what went in, from memory or from a file, and returns all it took.
 */
final class UploadStageTest {

  private static final int CHUNK = StageMemory.CHUNK_BYTES;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 7})
  void whatGoesIn_comesOut_fromMemoryAndFromFiles(int length) throws Exception {
    for (int memoryChunks : new int[] {1, 2, 4, 100}) {
      StageMemory memory = new StageMemory((long) memoryChunks * CHUNK);
      StageFiles files = StageFiles.in(folder.resolve("stage"), 1L << 30);
      byte[] content = new byte[length];
      new Random(length).nextBytes(content);
      UploadStage stage = filled(memory, files, content);
      assertThat(stage.receivedBytes()).isEqualTo(length);
      assertThat(memory.usedBytes()).isLessThanOrEqualTo((long) memoryChunks * CHUNK);
      assertThat(read(stage)).isEqualTo(content);
      assertThat(read(stage)).as("again").isEqualTo(content);
      stage.close();
      stage.close();
      assertThat(memory.usedBytes()).isZero();
      assertThat(files.usedBytes()).isZero();
      assertNoFiles();
    }
  }

  @Test
  void fullMemory_turnsNewUploadsAway_untilSomethingIsGivenBack() throws Exception {
    StageMemory memory = new StageMemory(CHUNK);
    StageFiles files = StageFiles.in(folder.resolve("stage"), 1L << 30);
    UploadStage first = UploadStage.open(memory, files, 10L * CHUNK);
    assertRejected(RejectReason.OVERLOADED, () -> UploadStage.open(memory, files, CHUNK));
    first.close();
    UploadStage.open(memory, files, CHUNK).close();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void fullFileRoom_isStorageFull_beforeAnythingIsWritten() throws Exception {
    StageMemory memory = new StageMemory(CHUNK);
    StageFiles files = StageFiles.in(folder.resolve("stage"), 2L * CHUNK);
    UploadStage stage = UploadStage.open(memory, files, 3L * CHUNK);
    assertRejected(RejectReason.STORAGE_FULL, stage::reserveFile);
    stage.close();
    assertNoFiles();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the size of a file")
  void fullDisk_inTheMidstOfTheSecondChunk_isAnIoException_andLeavesNothing() throws Exception {
    StageMemory memory = new StageMemory(4L * CHUNK);
    StageFiles files = StageFiles.in(folder.resolve("stage"), 1L << 30);
    UploadStage stage = UploadStage.open(memory, files, 4L * CHUNK);
    stage.filled(CHUNK);
    assertThat(stage.keepInMemory()).isTrue();
    stage.filled(CHUNK);
    assertThat(stage.keepInMemory()).isTrue();
    stage.filled(CHUNK);
    stage.reserveFile();
    FileSizeLimit.during(
        CHUNK * 3 / 2,
        () -> assertThatThrownBy(stage::moveToFile).isExactlyInstanceOf(IOException.class));
    stage.close();
    assertThat(memory.usedBytes()).isZero();
    assertThat(files.usedBytes()).isZero();
    assertNoFiles();
  }

  @Test
  void folderThatIsGone_isAnIoException_andLeavesNothing() throws Exception {
    StageMemory memory = new StageMemory(CHUNK);
    StageFiles files = StageFiles.in(folder.resolve("stage"), 1L << 30);
    UploadStage stage = UploadStage.open(memory, files, 2L * CHUNK);
    stage.filled(CHUNK);
    stage.reserveFile();
    Files.delete(folder.resolve("stage"));
    assertThatThrownBy(stage::moveToFile).isInstanceOf(NoSuchFileException.class);
    stage.close();
    assertThat(memory.usedBytes()).isZero();
    assertThat(files.usedBytes()).isZero();
    assertThat(folder).isEmptyDirectory();
  }

  private static UploadStage filled(StageMemory memory, StageFiles files, byte[] content)
      throws Exception {
    UploadStage stage = UploadStage.open(memory, files, content.length);
    Random sizes = new Random(7);
    int at = 0;
    while (at < content.length) {
      int count = Math.min(stage.workingRoom(), 1 + sizes.nextInt(CHUNK));
      System.arraycopy(content, at, stage.working(), stage.workingBytes(), count);
      stage.filled(count);
      at += count;
      if (stage.isWorkingFull() && !stage.isWhole() && !stage.keepInMemory()) {
        stage.reserveFile();
        stage.moveToFile();
      }
    }
    return stage;
  }

  private static byte[] read(UploadStage stage) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    stage.forEachChunk(
        (buffer, offset, length) -> {
          assertThat(length).isLessThanOrEqualTo(CHUNK);
          out.write(buffer, offset, length);
        });
    return out.toByteArray();
  }

  private void assertNoFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("stage"))) {
      assertThat(files).isEmpty();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void assertRejected(RejectReason reason, Work work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
