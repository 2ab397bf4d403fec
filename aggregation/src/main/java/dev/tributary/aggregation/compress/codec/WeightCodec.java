package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.util.List;
import java.util.Map;

/**
 * What the codecs that leave biases alone have in common: the file says which form it has, biases
 * are float32 tensors, and each weight takes the tensors that its form needs.
 */
abstract class WeightCodec implements ModelCodec {

  private final String name;
  private final ArtifactKind kind;
  private final Map<String, String> metadata;

  WeightCodec(String name, ArtifactKind kind) {
    this.name = name;
    this.kind = kind;
    this.metadata = metadata(name);
  }

  /** What the header of a file of this codec says. */
  static Map<String, String> metadata(String name) {
    return Map.of("tributary", name + "/1");
  }

  /** Adds the tensors of a weight, which begins at {@code offset} in the flat weights. */
  abstract void encode(TensorSpec weight, float[] weights, int offset, TensorArchiveWriter writer);

  /** Reads what {@link #encode} wrote, from a file of unknown origin. */
  abstract void decode(TensorSpec weight, ArtifactReader reader, float[] weights, int offset)
      throws MalformedArtifactException;

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final ArtifactKind kind() {
    return kind;
  }

  @Override
  public final byte[] encode(SpecifiedModel model) {
    ModelLayout layout = model.spec().layout();
    List<TensorSpec> tensors = layout.tensors();
    TensorArchiveWriter writer = new TensorArchiveWriter(metadata);
    for (int t = 0; t < tensors.size(); t++) {
      TensorSpec tensor = tensors.get(t);
      if (ChannelRows.isWeight(tensor)) {
        encode(tensor, model.weights(), layout.offset(t), writer);
      } else {
        writer
            .add(tensor.name(), ElementType.F32, tensor.shape())
            .asFloatBuffer()
            .put(model.weights(), layout.offset(t), tensor.elementCount());
      }
    }
    return writer.toBytes();
  }

  @Override
  public final SpecifiedModel decode(ModelSpec spec, byte[] file)
      throws MalformedArtifactException {
    ModelLayout layout = spec.layout();
    List<TensorSpec> tensors = layout.tensors();
    ArtifactReader reader = ArtifactReader.open(file, metadata);
    float[] weights = new float[layout.dimension()];
    for (int t = 0; t < tensors.size(); t++) {
      if (ChannelRows.isWeight(tensors.get(t))) {
        decode(tensors.get(t), reader, weights, layout.offset(t));
      } else {
        reader.takeFloats(tensors.get(t), weights, layout.offset(t));
      }
    }
    reader.finish(weights);
    return SpecifiedModel.of(spec, weights);
  }
}
