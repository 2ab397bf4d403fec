package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.LayerTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The trainable tensors of a model in native memory, by layer, and plain gradient descent on them.
 */
final class Parameters {
  private final List<List<PtNDArray>> byLayer = new ArrayList<>();
  private final List<NativeArray> all = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  Parameters(PtNDManager manager, ModelSpec spec) {
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      List<PtNDArray> tensors = new ArrayList<>();
      for (LayerTensor tensor : spec.tensors(layer)) {
        NativeArray parameter = new NativeArray(manager, shape(tensor), DataType.FLOAT32);
        parameter.array().setRequiresGradient(true);
        tensors.add(parameter.array());
        all.add(parameter);
        lengths.add(tensor.shape().elements());
      }
      byLayer.add(tensors);
    }
  }

  private static Shape shape(LayerTensor tensor) {
    int[] extents = tensor.shape().toArray();
    long[] shape = new long[extents.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = extents[i];
    }
    return new Shape(shape);
  }

  /** The tensors of a layer, in PyTorch's order. */
  List<PtNDArray> ofLayer(int layer) {
    return byLayer.get(layer);
  }

  void load(float[] weights) {
    int offset = 0;
    for (int i = 0; i < all.size(); i++) {
      all.get(i).write(weights, offset, lengths.get(i));
      offset += lengths.get(i);
    }
  }

  void store(float[] weights) {
    int offset = 0;
    for (int i = 0; i < all.size(); i++) {
      all.get(i).read(weights, offset, lengths.get(i));
      offset += lengths.get(i);
    }
  }

  /** Velocities of zero, one for each tensor, in a manager of the run. */
  List<PtNDArray> zeroVelocities(PtNDManager run) {
    return all.stream()
        .map(parameter -> (PtNDArray) run.zeros(parameter.array().getShape(), DataType.FLOAT32))
        .toList();
  }

  /**
   * v = momentum v + g, w = w - learningRate v, then g = 0; without velocities w = w - learningRate
   * g. Not while recording.
   *
   * <p>{@code getGradient} makes a new handle in the parameter's manager at every call: each is
   * closed here.
   */
  void step(List<PtNDArray> velocities, float learningRate, float momentum) {
    for (int i = 0; i < all.size(); i++) {
      PtNDArray weight = all.get(i).array();
      try (PtNDArray gradient = weight.getGradient()) {
        if (velocities.isEmpty()) {
          gradient.muli(learningRate);
          weight.subi(gradient);
        } else {
          PtNDArray velocity = velocities.get(i);
          velocity.muli(momentum);
          velocity.addi(gradient);
          try (PtNDArray move = velocity.mul(learningRate)) {
            weight.subi(move);
          }
        }
      }
      JniUtils.zeroGrad(weight);
    }
  }
}
