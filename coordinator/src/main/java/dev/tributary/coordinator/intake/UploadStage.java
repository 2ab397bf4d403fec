package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.mask.ChunkConsumer;
import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one upload, in order: a prefix in a temporary file (often empty), then chunks in
 * memory. One thread at a time; the hand-over between threads is its owner's.
 *
 * <p>Bytes are taken through a working chunk. An interrupted upload gives that up: what was in it
 * stays in memory at its own size, or goes to the file, until the upload is resumed.
 *
 * <p>Reserves its memory and file room from what all uploads share and gives it back in {@link
 * #close}, once.
 */
final class UploadStage implements PackedSource {

  private final StageMemory memory;
  private final StageFiles files;
  private final long lengthBytes;
  private final Deque<byte[]> kept = new ArrayDeque<>();
  private final int chunkBytes;
  private byte[] working; // as long as what is reserved for it
  private int workingBytes;
  private long keptBytes;
  private @Nullable FileChannel file;
  private long fileBytes;
  private boolean fileReserved;
  private boolean closed;

  private UploadStage(StageMemory memory, StageFiles files, long lengthBytes) {
    this.memory = memory;
    this.files = files;
    this.lengthBytes = lengthBytes;
    this.chunkBytes = chunkBytes(lengthBytes);
    this.working = new byte[chunkBytes];
  }

  /**
   * Opens a stage with its working chunk.
   *
   * @throws RejectedException when all stage memory is taken
   */
  static UploadStage open(StageMemory memory, StageFiles files, long lengthBytes)
      throws RejectedException {
    if (!memory.reserveWorking(chunkBytes(lengthBytes))) {
      throw full();
    }
    return new UploadStage(memory, files, lengthBytes);
  }

  private static int chunkBytes(long lengthBytes) {
    return (int) Math.min(StageMemory.CHUNK_BYTES, lengthBytes);
  }

  @Override
  public long lengthBytes() {
    return lengthBytes;
  }

  long receivedBytes() {
    return fileBytes + keptBytes + workingBytes;
  }

  /** The chunk being filled; valid up to {@link #workingBytes}. */
  byte[] working() {
    return working;
  }

  int workingBytes() {
    return workingBytes;
  }

  int workingRoom() {
    return (int) Math.min(working.length - workingBytes, lengthBytes - receivedBytes());
  }

  void filled(int bytes) {
    workingBytes += bytes;
  }

  boolean isWorkingFull() {
    return workingRoom() == 0;
  }

  boolean isWhole() {
    return receivedBytes() == lengthBytes;
  }

  /**
   * Keeps the full working chunk in memory and starts another; false when it has to go to the file
   * instead.
   */
  boolean keepInMemory() {
    if (file != null || fileReserved || !memory.reserveKept(chunkBytes)) {
      return false;
    }
    kept.add(working);
    keptBytes += workingBytes;
    working = new byte[chunkBytes];
    workingBytes = 0;
    return true;
  }

  /**
   * Gives the working chunk back and keeps what is in it; false when that has to go to the file
   * instead. Nothing may be filled in until {@link #resume}.
   */
  boolean suspendInMemory() {
    if (!memory.shrinkWorking(working.length, workingBytes)) {
      return false;
    }
    working = Arrays.copyOf(working, workingBytes);
    return true;
  }

  /** Gives everything in memory back, after moving it to the file. Blocks. */
  void suspendInFile() throws IOException {
    moveToFile();
    memory.release(working.length);
    working = new byte[0];
  }

  /**
   * Takes a working chunk again.
   *
   * @throws RejectedException when all stage memory is taken; nothing has changed then
   */
  void resume() throws RejectedException {
    if (!memory.reserveWorking(chunkBytes - working.length)) {
      throw full();
    }
    working = Arrays.copyOf(working, chunkBytes);
  }

  private static RejectedException full() {
    return new RejectedException(RejectReason.OVERLOADED, "the stage for uploads is full");
  }

  /**
   * Reserves file room for the whole upload, once. Does not block.
   *
   * @throws RejectedException when all file room is taken
   */
  void reserveFile() throws RejectedException {
    if (!fileReserved) {
      if (!files.reserve(lengthBytes)) {
        throw new RejectedException(
            RejectReason.STORAGE_FULL, "the stage for uploads has no room left");
      }
      fileReserved = true;
    }
  }

  /**
   * Moves everything received to the file and gives its memory back, except for the working chunk.
   * When the disk is full midway, what is not in the file yet is still in memory. Blocks.
   */
  void moveToFile() throws IOException {
    FileChannel target = file;
    if (target == null) {
      target = files.open();
      file = target;
    }
    while (!kept.isEmpty()) {
      byte[] chunk = kept.getFirst();
      append(target, chunk, chunk.length);
      kept.removeFirst();
      keptBytes -= chunk.length;
      memory.release(chunk.length);
    }
    append(target, working, workingBytes);
    workingBytes = 0;
  }

  private void append(FileChannel target, byte[] chunk, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
    long end = fileBytes;
    while (bytes.hasRemaining()) {
      end += target.write(bytes, end);
    }
    fileBytes = end;
  }

  /**
   * Gives every byte to {@code consumer}, in order. Blocks when some are in the file. Repeatable.
   */
  @Override
  public void forEachChunk(ChunkConsumer consumer) throws IOException {
    FileChannel source = file;
    if (source != null) {
      ByteBuffer buffer = ByteBuffer.allocate(StageMemory.CHUNK_BYTES);
      for (long at = 0; at < fileBytes; at += buffer.position()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), fileBytes - at));
        if (source.read(buffer, at) < 0) {
          throw new IOException("stage file ends at " + at + " bytes; expected " + fileBytes);
        }
        consumer.accept(buffer.array(), 0, buffer.position());
      }
    }
    for (byte[] chunk : kept) {
      consumer.accept(chunk, 0, chunk.length);
    }
    if (workingBytes > 0) {
      consumer.accept(working, 0, workingBytes);
    }
  }

  /** Whether closing touches a file, and so blocks. */
  boolean hasFile() {
    return file != null;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    memory.release(working.length + (long) kept.size() * chunkBytes);
    kept.clear();
    if (fileReserved) {
      files.release(lengthBytes);
    }
    FileChannel open = file;
    if (open != null) {
      open.close();
    }
  }
}
