package dev.tributary.aggregation.model;

import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.HeaderWriter;
import dev.tributary.aggregation.model.safetensors.MalformedSafetensorsException;
import dev.tributary.aggregation.model.safetensors.SafetensorsFile;
import dev.tributary.security.BugException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The safetensors file of a model: an unsigned 64-bit little-endian header length, a JSON header,
 * then the raw little-endian tensors.
 *
 * <p>The file is canonical: one state has exactly one file, so that its SHA-256 names the version.
 * Header keys stand in layout order without white space or metadata, tensors lie in the same order
 * without gaps, and spaces after the JSON bring the data to a multiple of 8 bytes.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format</a>
 */
public final class Safetensors {

  private static final int CHUNK_BYTES = 64 * 1024;

  private Safetensors() {}

  /** The exact length of the canonical file of a model with this layout. */
  public static long sizeBytes(ModelLayout layout) {
    return SafetensorsFile.LENGTH_BYTES
        + header(layout).length
        + (long) layout.dimension() * Float.BYTES;
  }

  /** Writes the canonical file of a state. The stream is neither flushed nor closed. */
  public static void write(ModelState state, OutputStream out) throws IOException {
    byte[] header = header(state.layout());
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(buffer.putLong(header.length).array(), 0, SafetensorsFile.LENGTH_BYTES);
    out.write(header);
    float[] values = state.values();
    for (int from = 0; from < values.length; from += CHUNK_BYTES / Float.BYTES) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - from);
      buffer.clear().asFloatBuffer().put(values, from, count);
      out.write(buffer.array(), 0, count * Float.BYTES);
    }
  }

  /** The canonical file of a state, in memory. For models that fit in one array. */
  public static byte[] toBytes(ModelState state) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(Math.toIntExact(sizeBytes(state.layout())));
    try {
      write(state, out);
    } catch (IOException impossible) {
      throw new BugException("a byte array stream failed", impossible);
    }
    return out.toByteArray();
  }

  /**
   * Reads a model: every tensor must be float32 and every value finite. Tensors take the order of
   * their data in the file.
   *
   * @throws MalformedSafetensorsException if the content is not a model of this form
   * @throws IOException if the file cannot be read
   */
  public static ModelState read(Path file) throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return opened.toModelState();
    }
  }

  private static byte[] header(ModelLayout layout) {
    HeaderWriter header = new HeaderWriter();
    layout
        .tensors()
        .forEach(tensor -> header.tensor(tensor.name(), ElementType.F32, tensor.shape()));
    return header.toBytes();
  }
}
