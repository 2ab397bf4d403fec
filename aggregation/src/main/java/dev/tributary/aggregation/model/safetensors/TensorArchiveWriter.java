package dev.tributary.aggregation.model.safetensors;

import dev.tributary.aggregation.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Makes a safetensors file of tensors of any element type, in memory. The widest elements come
 * first, and otherwise the order of adding, so that every tensor is aligned and the same tensors
 * give the same bytes. One use.
 */
public final class TensorArchiveWriter {

  private record Tensor(TensorSpec spec, ElementType type, ByteBuffer data) {}

  private final Map<String, String> metadata;
  private final List<Tensor> tensors = new ArrayList<>();

  /** A file with these free text entries; at most one, since a map has no order. */
  public TensorArchiveWriter(Map<String, String> metadata) {
    if (metadata.size() > 1) {
      throw new IllegalArgumentException(
          "metadata: expected at most one entry, got " + metadata.size());
    }
    this.metadata = Map.copyOf(metadata);
  }

  /**
   * Adds a tensor of zeros.
   *
   * @return its data, little-endian, for the caller to fill before {@link #toBytes()}
   * @throws IllegalArgumentException if the name or shape is not one a tensor can have
   */
  public ByteBuffer add(String name, ElementType type, int... shape) {
    TensorSpec spec = new TensorSpec(name, shape);
    int length = Math.multiplyExact(spec.elementCount(), type.bytes());
    ByteBuffer data = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    tensors.add(new Tensor(spec, type, data.duplicate()));
    return data;
  }

  /** The file. */
  public byte[] toBytes() {
    tensors.sort(Comparator.comparingInt(tensor -> -tensor.type().bytes()));
    HeaderWriter writer = new HeaderWriter();
    if (!metadata.isEmpty()) {
      writer.metadata(metadata);
    }
    long length = SafetensorsFile.LENGTH_BYTES;
    for (Tensor tensor : tensors) {
      writer.tensor(tensor.spec().name(), tensor.type(), tensor.spec().shape());
      length += tensor.data().capacity();
    }
    byte[] header = writer.toBytes();
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(length + header.length))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    tensors.forEach(tensor -> file.put(tensor.data().clear()));
    return file.array();
  }
}
