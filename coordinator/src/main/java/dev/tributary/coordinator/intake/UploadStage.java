package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.mask.ChunkConsumer;
import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one upload, in order: a prefix in a temporary file (often empty), then chunks in
 * memory. One thread at a time; the hand-over between threads is its owner's.
 *
 * <p>Reserves its memory and file room from what all uploads share and gives it back in {@link
 * #close}, once.
 */
final class UploadStage implements PackedSource {

  private final StageMemory memory;
  private final StageFiles files;
  private final long lengthBytes;
  private final Deque<byte[]> kept = new ArrayDeque<>();
  private byte[] working;
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
    this.working = new byte[chunkBytes(lengthBytes)];
  }

  /**
   * Opens a stage with its working chunk.
   *
   * @throws RejectedException when all stage memory is taken
   */
  static UploadStage open(StageMemory memory, StageFiles files, long lengthBytes)
      throws RejectedException {
    if (!memory.reserveWorking(chunkBytes(lengthBytes))) {
      throw new RejectedException(RejectReason.OVERLOADED, "the stage for uploads is full");
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
    if (file != null || fileReserved || !memory.reserveKept(working.length)) {
      return false;
    }
    kept.add(working);
    keptBytes += workingBytes;
    working = new byte[working.length];
    workingBytes = 0;
    return true;
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
   * Blocks.
   */
  void moveToFile() throws IOException {
    FileChannel target = file;
    if (target == null) {
      target = files.open();
      file = target;
    }
    while (!kept.isEmpty()) { // each is given back once, also when the disk takes only some
      append(target, kept.getFirst(), kept.getFirst().length);
      int bytes = kept.removeFirst().length;
      keptBytes -= bytes;
      memory.release(bytes);
    }
    append(target, working, workingBytes);
    workingBytes = 0;
  }

  private void append(FileChannel target, byte[] chunk, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
    while (bytes.hasRemaining()) {
      fileBytes += target.write(bytes, fileBytes);
    }
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
    memory.release(working.length + (long) kept.size() * working.length);
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
