package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The file of an fp16 artifact: each number of the model as the bits of a binary16. */
public final class Fp16Form {

  private Fp16Form() {}

  /**
   * The file of a model.
   *
   * @param halves short[layout.dimension()], not kept
   */
  public static byte[] toBytes(ModelLayout layout, short[] halves) {
    TensorArchiveWriter writer = new TensorArchiveWriter(Map.of());
    List<TensorSpec> tensors = layout.tensors();
    for (int t = 0; t < tensors.size(); t++) {
      TensorSpec tensor = tensors.get(t);
      ByteBuffer out = writer.add(tensor.name(), ElementType.F16, tensor.shape());
      for (int i = 0; i < tensor.elementCount(); i++) {
        out.putShort(halves[layout.offset(t) + i]);
      }
    }
    return writer.toBytes();
  }

  /**
   * Reads such a file.
   *
   * @return short[layout.dimension()], every one finite
   * @throws MalformedArtifactException when it is none, or of another layout
   */
  public static short[] read(ModelLayout layout, byte[] file) throws MalformedArtifactException {
    ArtifactReader reader = ArtifactReader.open(file, Map.of());
    short[] halves = new short[layout.dimension()];
    int next = 0;
    for (TensorSpec tensor : layout.tensors()) {
      ByteBuffer in = reader.take(tensor.name(), ElementType.F16, tensor.shape());
      for (int i = 0; i < tensor.elementCount(); i++) {
        halves[next++] = in.getShort();
      }
    }
    reader.finish(toFloats(halves));
    return halves;
  }

  /** The exact values. */
  static float[] toFloats(short[] halves) {
    float[] values = new float[halves.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = HalfFloat.toFloat(halves[i]);
    }
    return values;
  }
}
