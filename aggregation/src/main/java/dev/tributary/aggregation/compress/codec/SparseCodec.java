package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Weights that are mostly zeros: a bit for each weight, and the values of those that are not +0, as
 * float32. Every bit is kept (-0 counts as a value). With a share s of zeros a weight costs 1 + 32
 * (1 - s) bits: smaller than float32 from 1 zero in 32 on, than fp16 from 17 in 32. It saves bytes
 * only: every runtime computes with the zeros.
 */
public final class SparseCodec extends WeightCodec {

  private static final String MASK = ".mask";
  private static final String VALUES = ".values";

  /** The codec; it has no settings. */
  public SparseCodec() {
    super("sparse", ArtifactKind.PRUNED);
  }

  @Override
  void encode(TensorSpec weight, float[] weights, int offset, TensorArchiveWriter writer) {
    int elements = weight.elementCount();
    ByteBuffer mask = writer.add(weight.name() + MASK, ElementType.U8, maskBytes(weight));
    int kept = 0;
    for (int i = 0; i < elements; i++) {
      if (isKept(weights[offset + i])) {
        mask.put(i / 8, (byte) (mask.get(i / 8) | (1 << (i % 8))));
        kept++;
      }
    }
    if (kept == 0) {
      return; // the format of the file knows no empty tensor
    }
    ByteBuffer values = writer.add(weight.name() + VALUES, ElementType.F32, kept);
    for (int i = 0; i < elements; i++) {
      if (isKept(weights[offset + i])) {
        values.putFloat(weights[offset + i]);
      }
    }
  }

  private static boolean isKept(float value) {
    return Float.floatToRawIntBits(value) != 0;
  }

  @Override
  void decode(TensorSpec weight, ArtifactReader reader, float[] weights, int offset)
      throws MalformedArtifactException {
    int elements = weight.elementCount();
    ByteBuffer mask = reader.take(weight.name() + MASK, ElementType.U8, maskBytes(weight));
    int kept = 0;
    for (int i = 0; i < mask.capacity(); i++) {
      kept += Integer.bitCount(mask.get(i) & 0xff);
    }
    if (elements % 8 != 0 && ((mask.get(elements / 8) & 0xff) >>> (elements % 8)) != 0) {
      throw new MalformedArtifactException(
          "artifact: tensor " + weight.name() + MASK + ": a bit after the last weight is set");
    }
    if (kept == 0) {
      return;
    }
    FloatBuffer values = reader.take(weight.name() + VALUES, ElementType.F32, kept).asFloatBuffer();
    for (int i = 0; i < elements; i++) {
      if (((mask.get(i / 8) >> (i % 8)) & 1) == 1) {
        weights[offset + i] = values.get();
      }
    }
  }

  private static int maskBytes(TensorSpec weight) {
    return (weight.elementCount() + 7) / 8;
  }
}
