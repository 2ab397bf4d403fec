package dev.tributary.aggregation.model.safetensors;

import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * An open safetensors file whose tensors are mapped into memory, not read.
 *
 * <p>Opening checks the whole header; nothing of the data is touched until a tensor is used. The
 * file must not shrink while it is open: files of versions are written once under their digest.
 * Safe for use by several threads.
 */
public final class SafetensorsFile implements AutoCloseable {

  /** The length field in front of the header. */
  public static final int LENGTH_BYTES = Long.BYTES;

  /** Tensor data begins at a multiple of this many bytes. */
  public static final int ALIGNMENT_BYTES = 8;

  /** The longest header that is read. */
  public static final int MAX_HEADER_BYTES = 8 * 1024 * 1024;

  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws MalformedSafetensorsException if a rule of the format is broken
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return open(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SafetensorsFile open(FileChannel channel) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LENGTH_BYTES) {
      throw new MalformedSafetensorsException(
          "file of " + fileBytes + " bytes: too short for a header length");
    }
    long headerBytes =
        ByteBuffer.wrap(readFully(channel, 0, LENGTH_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong(); // unsigned on disk: above 2^63 it reads as negative and is refused below
    int checked = checkedHeaderBytes(headerBytes, fileBytes);
    long dataStart = (long) LENGTH_BYTES + checked;
    byte[] json = readFully(channel, LENGTH_BYTES, checked);
    return new SafetensorsFile(
        channel, dataStart, SafetensorsHeader.parse(json, fileBytes - dataStart));
  }

  /** The length that a file of this size may have for its header, or the rule that it breaks. */
  static int checkedHeaderBytes(long headerBytes, long fileBytes)
      throws MalformedSafetensorsException {
    if (headerBytes < 0
        || headerBytes > MAX_HEADER_BYTES
        || headerBytes > fileBytes - LENGTH_BYTES) {
      throw new MalformedSafetensorsException(
          "header length "
              + Long.toUnsignedString(headerBytes)
              + ": expected at most "
              + Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES));
    }
    if (headerBytes % ALIGNMENT_BYTES != 0) {
      throw new MalformedSafetensorsException(
          "header length "
              + headerBytes
              + ": expected a multiple of "
              + ALIGNMENT_BYTES
              + ", so that tensors are aligned");
    }
    return (int) headerBytes;
  }

  private static byte[] readFully(FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("file shrank while it was read");
      }
    }
    return bytes.array();
  }

  /** The tensors, in the order of their data. */
  List<TensorEntry> tensors() {
    return header.tensors();
  }

  /** The free text entries of the header. */
  Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * The data of one tensor: read-only, little-endian, mapped. It stays valid after the file is
   * closed.
   *
   * @throws NoSuchElementException if no tensor has this name
   */
  ByteBuffer map(String tensorName) throws IOException {
    for (TensorEntry tensor : header.tensors()) {
      if (tensor.name().equals(tensorName)) {
        return map(tensor);
      }
    }
    throw new NoSuchElementException("safetensors file: no tensor is named " + tensorName);
  }

  private ByteBuffer map(TensorEntry tensor) throws IOException {
    return channel
        .map(MapMode.READ_ONLY, dataStart + tensor.beginByte(), tensor.lengthBytes())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The model that this file holds.
   *
   * @throws MalformedSafetensorsException if there is no tensor, one is not float32, there are too
   *     many parameters, or a value is not finite
   */
  public ModelState toModelState() throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    for (TensorEntry tensor : header.tensors()) {
      if (tensor.type() != ElementType.F32) {
        throw new MalformedSafetensorsException(
            "tensor " + tensor.name() + ": expected dtype F32 in a model, got " + tensor.type());
      }
      specs.add(new TensorSpec(tensor.name(), tensor.shape()));
    }
    ModelLayout layout = layoutOf(specs);
    float[] values = new float[layout.dimension()];
    for (int i = 0; i < specs.size(); i++) {
      map(header.tensors().get(i))
          .asFloatBuffer()
          .get(values, layout.offset(i), specs.get(i).elementCount());
    }
    ModelState state = new ModelState(layout, values);
    int nonFinite = state.firstNonFinite();
    if (nonFinite >= 0) {
      throw new MalformedSafetensorsException(
          "model: the value at index " + nonFinite + " is not finite");
    }
    return state;
  }

  private static ModelLayout layoutOf(List<TensorSpec> specs) throws MalformedSafetensorsException {
    try {
      return new ModelLayout(specs);
    } catch (IllegalArgumentException e) {
      throw new MalformedSafetensorsException("not a model: " + e.getMessage());
    }
  }

  /** Closes the file. Buffers handed out before stay usable. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
