package dev.tributary.aggregation.compress.onnx;

import dev.tributary.aggregation.model.TensorSpec;

/** How numbers stand in a graph: as they are, or in eight bits. */
interface Precision {

  /**
   * Adds a weight and gives the name of its float32 values.
   *
   * @param weight its name and its shape as a matrix of output channels
   * @param values row-major, as long as the weight
   * @param axis which of {@code extents} counts the output channels
   * @param extents the shape it has in the graph
   */
  String weight(TensorSpec weight, float[] values, int axis, long... extents);

  /**
   * Adds weight and bias of a convolution or linear layer.
   *
   * @param layer whose input they are multiplied with
   * @return the names of the weight's and the bias's float32 values
   */
  WeightAndBias weightAndBias(
      int layer, TensorSpec weight, float[] values, TensorSpec bias, float[] biases);

  /** Adds what has to happen to a value between two layers, and gives the name of the result. */
  String between(String value, int nextLayer);

  /** The names of two values in the graph. */
  record WeightAndBias(String weight, String bias) {}
}
