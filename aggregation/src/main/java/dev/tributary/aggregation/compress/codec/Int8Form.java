package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The int8 artifact as the whole numbers in it: the file that {@link Int8Codec} reads, made of and
 * turned back into integers and scales, which is what a delta between two of them is about.
 */
public final class Int8Form implements ArtifactForm<QuantizedModel> {

  private static final String SCALE = ".scale";
  private static final Map<String, String> METADATA = Map.of("tributary", "int8/1");

  @Override
  public void write(QuantizedModel model, OutputStream out) throws IOException {
    out.write(toBytes(model));
  }

  /** The file of these integers and scales. */
  public static byte[] toBytes(QuantizedModel model) {
    TensorArchiveWriter writer = new TensorArchiveWriter(METADATA);
    int nextQuantized = 0;
    int nextKept = 0;
    for (TensorSpec tensor : model.layout().tensors()) {
      if (QuantizedModel.isQuantized(tensor)) {
        QuantizedTensor content = model.quantized().get(nextQuantized++);
        writer.add(tensor.name(), ElementType.I8, tensor.shape()).put(content.values());
        writer
            .add(tensor.name() + SCALE, ElementType.F32, content.rows())
            .asFloatBuffer()
            .put(content.scales());
      } else {
        writer
            .add(tensor.name(), ElementType.F32, tensor.shape())
            .asFloatBuffer()
            .put(model.kept(), nextKept, tensor.elementCount());
        nextKept += tensor.elementCount();
      }
    }
    return writer.toBytes();
  }

  /**
   * The integers and scales of a file.
   *
   * @param file of unknown origin
   * @throws MalformedArtifactException when it is not an int8 artifact of this network
   */
  public static QuantizedModel read(ModelSpec spec, byte[] file) throws MalformedArtifactException {
    ModelLayout layout = spec.layout();
    ArtifactReader reader = ArtifactReader.open(file, METADATA);
    List<QuantizedTensor> quantized = new ArrayList<>();
    float[] kept = new float[keptCount(layout)];
    int nextKept = 0;
    for (TensorSpec tensor : layout.tensors()) {
      if (QuantizedModel.isQuantized(tensor)) {
        quantized.add(tensor(tensor, reader));
      } else {
        reader.takeFloats(tensor, kept, nextKept);
        nextKept += tensor.elementCount();
      }
    }
    reader.finish(kept);
    return new QuantizedModel(layout, quantized, kept);
  }

  private static QuantizedTensor tensor(TensorSpec tensor, ArtifactReader reader)
      throws MalformedArtifactException {
    byte[] values = new byte[tensor.elementCount()];
    float[] scales = new float[QuantizedModel.rows(tensor)];
    ByteBuffer integers = reader.take(tensor.name(), ElementType.I8, tensor.shape());
    integers.get(values);
    reader.take(tensor.name() + SCALE, ElementType.F32, scales.length).asFloatBuffer().get(scales);
    try {
      return new QuantizedTensor(values, scales);
    } catch (IllegalArgumentException e) {
      throw new MalformedArtifactException(
          "artifact: tensor " + tensor.name() + ": " + e.getMessage());
    }
  }

  private static int keptCount(ModelLayout layout) {
    return layout.tensors().stream()
        .filter(tensor -> !QuantizedModel.isQuantized(tensor))
        .mapToInt(TensorSpec::elementCount)
        .sum();
  }
}
