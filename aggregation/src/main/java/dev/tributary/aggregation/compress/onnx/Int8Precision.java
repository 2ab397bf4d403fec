package dev.tributary.aggregation.compress.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.tributary.aggregation.compress.codec.Int8Codec;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.MaxPool2d;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Eight bits as QuantizeLinear and DequantizeLinear in pairs, the form that runtimes fuse with what
 * lies between into integer kernels (Jacob et al., "Quantization and training of neural networks
 * for efficient integer-arithmetic-only inference", CVPR 2018): weights with a scale an output
 * channel, the very numbers of {@link Int8Codec}; values uint8 with the range that was measured;
 * biases int32 with the product of both scales. Recurrent layers and embeddings have weights of
 * eight bits and compute in float32.
 *
 * <p>Weights are stored as uint8 with the zero point 128, not as int8: on x86 without VNNI the
 * kernels that multiply uint8 by int8 add pairs of products in 16 bits and saturate, which put the
 * outputs of our test networks off by a tenth to a half of their spread (docs/adr/0016). Products
 * of uint8 by uint8 are exact on every machine.
 */
final class Int8Precision implements Precision {

  private static final int BIAS_LIMIT = 1 << 30;
  private static final int ZERO_POINT = 128;

  private final OnnxGraph graph;
  private final ModelSpec spec;
  private final ActivationRanges ranges;

  Int8Precision(OnnxGraph graph, ModelSpec spec, ActivationRanges ranges) {
    this.graph = graph;
    this.spec = spec;
    this.ranges = ranges;
  }

  @Override
  public String weight(TensorSpec weight, float[] values, int axis, long... extents) {
    return weight(weight, values, usable(Int8Codec.freshScales(weight, values, 0)), axis, extents);
  }

  private String weight(
      TensorSpec weight, float[] values, float[] scales, int axis, long... extents) {
    byte[] numbers = Int8Codec.quantize(weight, values, 0, scales);
    String name = weight.name();
    byte[] zeros = new byte[scales.length];
    Arrays.fill(zeros, (byte) ZERO_POINT);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) (numbers[i] + ZERO_POINT); // mod 256: [-127, 127] becomes [1, 255]
    }
    String constant = graph.bytes(name + ".uint8", TensorProto.DataType.UINT8, numbers, extents);
    String scale = graph.floats(name + ".scale", scales, scales.length);
    String zero = graph.bytes(name + ".zero", TensorProto.DataType.UINT8, zeros, zeros.length);
    return graph.node(
        "DequantizeLinear", List.of(constant, scale, zero), name, Map.of("axis", axis));
  }

  @Override
  public WeightAndBias weightAndBias(
      int layer, TensorSpec weight, float[] values, TensorSpec bias, float[] biases) {
    float inputScale = range(layer).scale();
    float[] scales = usable(Int8Codec.freshScales(weight, values, 0));
    float[] biasScales = new float[scales.length];
    int[] biasNumbers = new int[scales.length];
    for (int row = 0; row < scales.length; row++) {
      // A channel of tiny weights with a large bias: a coarser scale, so that its bias fits 32
      // bits.
      scales[row] = Math.max(scales[row], Math.abs(biases[row]) / inputScale / BIAS_LIMIT);
      biasScales[row] = inputScale * scales[row];
      biasNumbers[row] = (int) Math.rint((double) biases[row] / biasScales[row]);
    }
    String numbers = graph.ints(bias.name() + ".int32", biasNumbers, biasNumbers.length);
    String biasScale = graph.floats(bias.name() + ".scale", biasScales, biasScales.length);
    int[] zeros = new int[biasScales.length];
    String zero = graph.ints(bias.name() + ".zero", zeros, zeros.length);
    String floatBias =
        graph.node(
            "DequantizeLinear", List.of(numbers, biasScale, zero), bias.name(), Map.of("axis", 0));
    return new WeightAndBias(
        weight(weight, values, scales, 0, LayerNodes.extents(weight)), floatBias);
  }

  /** A graph divides by its scales: a channel of zeros gets a scale of 1. */
  private static float[] usable(float[] scales) {
    float[] positive = scales.clone();
    for (int i = 0; i < positive.length; i++) {
      positive[i] = positive[i] > 0 ? positive[i] : 1f;
    }
    return positive;
  }

  @Override
  public String between(String value, int nextLayer) {
    if (!isRead(nextLayer) || isFused(nextLayer)) {
      return value;
    }
    ValueRange range = range(nextLayer);
    byte[] zeroPoint = {(byte) range.zeroPoint()};
    String scale = graph.floats(value + ".scale", new float[] {range.scale()});
    String zero = graph.bytes(value + ".zero", TensorProto.DataType.UINT8, zeroPoint);
    List<String> step = List.of(value, scale, zero);
    String numbers = graph.node("QuantizeLinear", step, value + ".uint8", Map.of());
    return graph.node(
        "DequantizeLinear", List.of(numbers, scale, zero), value + ".rounded", Map.of());
  }

  /** Whether the next layer with weights computes in eight bits. */
  private boolean isRead(int from) {
    for (Layer layer : spec.layers().subList(from, spec.layers().size())) {
      if (layer instanceof Conv2d || layer instanceof Linear) {
        return true;
      }
      boolean passes =
          layer instanceof Activation || layer instanceof MaxPool2d || layer instanceof Flatten;
      if (!passes) {
        return false;
      }
    }
    return false;
  }

  /** Whether the next layer is a rectifier that disappears in the rounding behind it. */
  private boolean isFused(int nextLayer) {
    return nextLayer > 0
        && spec.layers().get(nextLayer).equals(new Activation(Activation.Function.RELU))
        && (spec.layers().get(nextLayer - 1) instanceof Conv2d
            || spec.layers().get(nextLayer - 1) instanceof Linear);
  }

  private ValueRange range(int beforeLayer) {
    return ranges.beforeLayer().get(beforeLayer);
  }
}
