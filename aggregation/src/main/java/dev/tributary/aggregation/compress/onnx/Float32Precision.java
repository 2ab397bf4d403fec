package dev.tributary.aggregation.compress.onnx;

import dev.tributary.aggregation.model.TensorSpec;

/** Numbers as they are. */
final class Float32Precision implements Precision {

  private final OnnxGraph graph;

  Float32Precision(OnnxGraph graph) {
    this.graph = graph;
  }

  @Override
  public String weight(TensorSpec weight, float[] values, int axis, long... extents) {
    return graph.floats(weight.name(), values, extents);
  }

  @Override
  public WeightAndBias weightAndBias(
      int layer, TensorSpec weight, float[] values, TensorSpec bias, float[] biases) {
    return new WeightAndBias(
        graph.floats(weight.name(), values, LayerNodes.extents(weight)),
        graph.floats(bias.name(), biases, biases.length));
  }

  @Override
  public String between(String value, int nextLayer) {
    return value;
  }
}
