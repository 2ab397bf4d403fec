package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Weights as whole numbers in [-127, 127] with one float32 scale for each output channel,
 * symmetric: {@code w = q scale}. Nearly four times smaller; the error of a weight is at most half
 * its scale. Biases stay float32.
 *
 * <p>Scales are chosen anew for each model, or given: a later version keeps the scales of the one
 * before, so that little changes between their files. A given scale that is too small for a weight,
 * or scales that are not one a channel, are refused on encoding.
 */
public final class Int8Codec extends WeightCodec {

  private static final String SCALE = ".scale";
  private static final int MOST = 127;

  private final Map<String, float[]> givenScales;

  /** Chooses the scales of every model anew: the least that clip nothing. */
  public Int8Codec() {
    this(Map.of());
  }

  /**
   * Uses these scales.
   *
   * @param scales by the name of the weight, one an output channel, not copied; weights not named
   *     get fresh ones
   */
  public Int8Codec(Map<String, float[]> scales) {
    super("int8", ArtifactKind.INT8);
    this.givenScales = Map.copyOf(scales);
  }

  @Override
  void encode(TensorSpec weight, float[] weights, int offset, TensorArchiveWriter writer) {
    float[] scales = scales(weight, weights, offset);
    writer
        .add(weight.name(), ElementType.I8, weight.shape())
        .put(quantize(weight, weights, offset, scales));
    writer.add(weight.name() + SCALE, ElementType.F32, scales.length).asFloatBuffer().put(scales);
  }

  private float[] scales(TensorSpec weight, float[] weights, int offset) {
    float[] given = givenScales.get(weight.name());
    return given == null ? freshScales(weight, weights, offset) : given;
  }

  /**
   * The least scale of each output channel that clips nothing: the largest magnitude / 127; 0 for a
   * channel of zeros.
   *
   * @param weights flat weights; the tensor begins at {@code offset}
   * @return float[channels], each finite and at least 0
   */
  public static float[] freshScales(TensorSpec weight, float[] weights, int offset) {
    ChannelRows shape = ChannelRows.of(weight);
    float[] scales = new float[shape.rows()];
    for (int row = 0; row < scales.length; row++) {
      int begin = offset + row * shape.columns();
      float largest = 0;
      for (int i = begin; i < begin + shape.columns(); i++) {
        largest = Math.max(largest, Math.abs(weights[i]));
      }
      scales[row] = largest / MOST;
      while (largest > 0 && Float.isFinite(largest) && !fits(largest, scales[row])) {
        scales[row] = Math.nextUp(scales[row]); // a subnormal quotient may have been rounded down
      }
    }
    return scales;
  }

  /**
   * The whole numbers of a weight under these scales, each the nearest, ties to even.
   *
   * @param scales float[channels], each finite and at least 0
   * @return byte[elements], each in [-127, 127]; 0 where the scale is 0
   * @throws UncompressibleModelException when a scale is too small for a weight, or there is not
   *     one for each channel
   */
  public static byte[] quantize(TensorSpec weight, float[] weights, int offset, float[] scales) {
    ChannelRows shape = ChannelRows.of(weight);
    if (scales.length != shape.rows()) {
      throw new UncompressibleModelException(
          "tensor "
              + weight.name()
              + ": expected a scale for each of "
              + shape.rows()
              + " output channels, got "
              + scales.length);
    }
    byte[] values = new byte[weight.elementCount()];
    for (int i = 0; i < values.length; i++) {
      float value = weights[offset + i];
      float scale = scales[i / shape.columns()];
      if (value != 0 && !fits(value, scale)) {
        throw new UncompressibleModelException(
            "tensor "
                + weight.name()
                + ", value "
                + i
                + ": expected at most 127 times the scale "
                + scale
                + ", got "
                + value);
      }
      values[i] = value == 0 ? 0 : (byte) Math.rint((double) value / scale);
    }
    return values;
  }

  private static boolean fits(float value, float scale) {
    return Math.abs(Math.rint((double) value / scale)) <= MOST;
  }

  @Override
  void decode(TensorSpec weight, ArtifactReader reader, float[] weights, int offset)
      throws MalformedArtifactException {
    ChannelRows shape = ChannelRows.of(weight);
    ByteBuffer values = reader.take(weight.name(), ElementType.I8, weight.shape());
    ByteBuffer scales = reader.take(weight.name() + SCALE, ElementType.F32, shape.rows());
    int next = offset;
    for (int row = 0; row < shape.rows(); row++) {
      float scale = scales.getFloat();
      if (!(scale >= 0)) {
        throw new MalformedArtifactException(
            "artifact: tensor " + weight.name() + SCALE + ": a scale is at least 0, got " + scale);
      }
      for (int column = 0; column < shape.columns(); column++) {
        byte value = values.get();
        if (value == Byte.MIN_VALUE) {
          throw new MalformedArtifactException(
              "artifact: tensor " + weight.name() + ": values are in [-127, 127], got -128");
        }
        weights[next++] = value * scale;
      }
    }
  }
}
