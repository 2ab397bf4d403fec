package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.List;
import java.util.Map;

/** The canonical safetensors file: every bit is kept. */
public final class Float32Codec implements ModelCodec {

  @Override
  public String name() {
    return "float32";
  }

  @Override
  public ArtifactKind kind() {
    return ArtifactKind.FLOAT32;
  }

  @Override
  public byte[] encode(SpecifiedModel model) {
    return Safetensors.toBytes(model.state());
  }

  @Override
  public SpecifiedModel decode(ModelSpec spec, byte[] file) throws MalformedArtifactException {
    ModelLayout layout = spec.layout();
    List<TensorSpec> tensors = layout.tensors();
    ArtifactReader reader = ArtifactReader.open(file, Map.of());
    float[] weights = new float[layout.dimension()];
    for (int i = 0; i < tensors.size(); i++) {
      reader.takeFloats(tensors.get(i), weights, layout.offset(i));
    }
    reader.finish(weights);
    return SpecifiedModel.of(spec, weights);
  }
}
