package dev.tributary.aggregation.compress.onnx;

import dev.tributary.aggregation.model.layer.Recurrent;

/**
 * Which gate of PyTorch stands where in ONNX. LSTM: PyTorch's i, f, g, o are i, o, f, c there; GRU:
 * r, z, n are z, r, h. A gate is a block of equal length.
 *
 * @param sources for each of ONNX's gates, the place that PyTorch has it at
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GateOrder(int[] sources) {

  static GateOrder of(Recurrent layer) {
    return switch (layer.cell()) {
      case LSTM -> new GateOrder(new int[] {0, 3, 1, 2});
      case GRU -> new GateOrder(new int[] {1, 0, 2});
    };
  }

  /** The values of a tensor with its gates in ONNX's order. */
  float[] reordered(float[] values) {
    float[] result = new float[values.length];
    int block = values.length / sources.length;
    for (int gate = 0; gate < sources.length; gate++) {
      System.arraycopy(values, sources[gate] * block, result, gate * block, block);
    }
    return result;
  }

  /** The biases of input and state, each reordered, one after the other. */
  float[] joined(float[] ofInput, float[] ofState) {
    float[] result = new float[ofInput.length + ofState.length];
    System.arraycopy(reordered(ofInput), 0, result, 0, ofInput.length);
    System.arraycopy(reordered(ofState), 0, result, ofInput.length, ofState.length);
    return result;
  }
}
