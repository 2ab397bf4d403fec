package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.List;

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
    short[] halves = new short[weights.length];
    List<TensorSpec> tensors = layout.tensors();
    for (int t = 0; t < tensors.size(); t++) {
      TensorSpec tensor = tensors.get(t);
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
        halves[layout.offset(t) + i] = HalfFloat.of(value);
      }
    }
    return Fp16Form.toBytes(layout, halves);
  }

  @Override
  public SpecifiedModel decode(ModelSpec spec, byte[] file) throws MalformedArtifactException {
    return SpecifiedModel.of(spec, Fp16Form.toFloats(Fp16Form.read(spec.layout(), file)));
  }
}
