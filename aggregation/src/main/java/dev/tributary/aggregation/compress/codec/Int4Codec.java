package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.nio.ByteBuffer;

/**
 * Weights as whole numbers in [-7, 7], two to a byte, with one binary16 scale for each group of 32
 * along a row of the weight: 4.5 bits a weight where rows are whole groups. A row's last group may
 * be shorter. Biases stay float32. A group whose scale leaves the range of binary16, from a
 * magnitude of 458 000 on, is refused.
 */
public final class Int4Codec extends WeightCodec {

  private static final String SCALE = ".scale";

  /** The codec; it has no settings. */
  public Int4Codec() {
    super("int4", ArtifactKind.INT4);
  }

  @Override
  void encode(TensorSpec weight, float[] weights, int offset, TensorArchiveWriter writer) {
    ChannelRows shape = ChannelRows.of(weight);
    int groups = groups(shape);
    ByteBuffer packed = writer.add(weight.name(), ElementType.U8, bytes(weight));
    ByteBuffer scales = writer.add(weight.name() + SCALE, ElementType.F16, shape.rows(), groups);
    NibbleGroup group = new NibbleGroup();
    int element = 0;
    for (int row = 0; row < shape.rows(); row++) {
      for (int first = 0; first < shape.columns(); first += NibbleGroup.SIZE) {
        int count = Math.min(NibbleGroup.SIZE, shape.columns() - first);
        if (!group.quantize(weights, offset + element, count)) {
          throw new UncompressibleModelException(
              "tensor "
                  + weight.name()
                  + ", values from "
                  + element
                  + ": expected at most 7 times "
                  + HalfFloat.MAX_VALUE
                  + " in magnitude for int4");
        }
        scales.putShort(group.scale());
        for (int i = 0; i < count; i++, element++) {
          int shifted = (group.value(i) & 0xf) << (4 * (element & 1));
          packed.put(element / 2, (byte) (packed.get(element / 2) | shifted));
        }
      }
    }
  }

  @Override
  void decode(TensorSpec weight, ArtifactReader reader, float[] weights, int offset)
      throws MalformedArtifactException {
    ChannelRows shape = ChannelRows.of(weight);
    int groups = groups(shape);
    ByteBuffer packed = reader.take(weight.name(), ElementType.U8, bytes(weight));
    ByteBuffer scales = reader.take(weight.name() + SCALE, ElementType.F16, shape.rows(), groups);
    int elements = weight.elementCount();
    if ((elements & 1) == 1 && (packed.get(elements / 2) & 0xf0) != 0) {
      throw new MalformedArtifactException(
          "artifact: tensor " + weight.name() + ": the four bits after the last value are not 0");
    }
    for (int element = 0; element < elements; element++) {
      int group = element / shape.columns() * groups + element % shape.columns() / NibbleGroup.SIZE;
      int nibble = (packed.get(element / 2) >> (4 * (element & 1))) & 0xf;
      if (nibble == 8) {
        throw new MalformedArtifactException(
            "artifact: tensor " + weight.name() + ": values are in [-7, 7], got -8");
      }
      int value = nibble - (nibble > 8 ? 16 : 0);
      weights[offset + element] = value * HalfFloat.toFloat(scales.getShort(2 * group));
    }
  }

  private static int groups(ChannelRows shape) {
    return (shape.columns() + NibbleGroup.SIZE - 1) / NibbleGroup.SIZE;
  }

  private static int bytes(TensorSpec weight) {
    return (weight.elementCount() + 1) / 2;
  }
}
