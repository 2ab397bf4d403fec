package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Every value, biases too, as IEEE 754 binary16, rounded to the nearest, ties to even: twice
 * smaller, relative error at most 2^-11 from 2^-14 up. What would round to infinity is refused, not
 * clamped.
 */
public final class Fp16Codec implements ModelCodec {

  @Override
  public String name() {
    return "fp16";
  }

  @Override
  public ArtifactKind kind() {
    return ArtifactKind.FP16;
  }

  @Override
  public byte[] encode(SpecifiedModel model) {
    ModelLayout layout = model.spec().layout();
    float[] weights = model.weights();
    TensorArchiveWriter writer = new TensorArchiveWriter(Map.of());
    List<TensorSpec> tensors = layout.tensors();
    for (int t = 0; t < tensors.size(); t++) {
      TensorSpec tensor = tensors.get(t);
      ByteBuffer halves = writer.add(tensor.name(), ElementType.F16, tensor.shape());
      for (int i = 0; i < tensor.elementCount(); i++) {
        float value = weights[layout.offset(t) + i];
        if (!HalfFloat.fits(value)) {
          throw new UncompressibleModelException(
              "tensor "
                  + tensor.name()
                  + ", value "
                  + i
                  + ": expected at most "
                  + HalfFloat.MAX_VALUE
                  + " in magnitude for fp16, got "
                  + value);
        }
        halves.putShort(HalfFloat.of(value));
      }
    }
    return writer.toBytes();
  }

  @Override
  public SpecifiedModel decode(ModelSpec spec, byte[] file) throws MalformedArtifactException {
    ModelLayout layout = spec.layout();
    ArtifactReader reader = ArtifactReader.open(file, Map.of());
    float[] weights = new float[layout.dimension()];
    int next = 0;
    for (TensorSpec tensor : layout.tensors()) {
      ByteBuffer halves = reader.take(tensor.name(), ElementType.F16, tensor.shape());
      for (int i = 0; i < tensor.elementCount(); i++) {
        weights[next++] = HalfFloat.toFloat(halves.getShort());
      }
    }
    reader.finish(weights);
    return SpecifiedModel.of(spec, weights);
  }
}
