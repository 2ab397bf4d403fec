package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.LastStep;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.MaxPool2d;
import dev.tributary.aggregation.model.layer.Recurrent;
import java.util.List;

/**
 * A batch on its way through the layers. Every intermediate array attaches to the manager of the
 * batch, which the caller closes after the step.
 */
final class ForwardPass implements Layer.Cases<PtNDArray> {
  private static final Shape ONE = new Shape(1, 1);
  private static final Shape ZERO = new Shape(0, 0);

  private final boolean training;
  private PtNDArray values;
  private List<PtNDArray> tensors = List.of();

  private ForwardPass(PtNDArray batch, boolean training) {
    this.values = batch;
    this.training = training;
  }

  /** The network's values {@code [count, outputs]} for a batch {@code [count, input...]}. */
  static PtNDArray run(ModelSpec spec, Parameters parameters, PtNDArray batch, boolean training) {
    ForwardPass pass = new ForwardPass(batch, training);
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      pass.tensors = parameters.ofLayer(layer);
      pass.values = spec.layers().get(layer).match(pass);
    }
    return pass.values;
  }

  @Override
  public PtNDArray activation(Activation layer) {
    return switch (layer.function()) {
      case RELU -> JniUtils.relu(values);
      case TANH -> JniUtils.tanh(values);
      case SIGMOID -> JniUtils.sigmoid(values);
    };
  }

  @Override
  public PtNDArray conv2d(Conv2d layer) {
    Shape stride = new Shape(layer.stride(), layer.stride());
    Shape padding = new Shape(layer.padding(), layer.padding());
    return JniUtils.convolution(values, tensors.get(0), tensors.get(1), stride, padding, ONE, 1);
  }

  @Override
  public PtNDArray embedding(Embedding layer) {
    return JniUtils.embedding(values, tensors.get(0), false);
  }

  @Override
  public PtNDArray flatten(Flatten layer) {
    return values.reshape(new Shape(values.getShape().get(0), -1));
  }

  @Override
  public PtNDArray lastStep(LastStep layer) {
    Shape shape = values.getShape();
    long steps = shape.get(1);
    long[] from = {0, steps - 1, 0};
    long[] to = {shape.get(0), steps, shape.get(2)};
    return JniUtils.index(values, from, to, new long[] {1, 1, 1}, values.getManager())
        .reshape(new Shape(shape.get(0), shape.get(2)));
  }

  @Override
  public PtNDArray linear(Linear layer) {
    return JniUtils.linear(values, tensors.get(0), tensors.get(1));
  }

  @Override
  public PtNDArray maxPool2d(MaxPool2d layer) {
    Shape kernel = new Shape(layer.kernel(), layer.kernel());
    Shape stride = new Shape(layer.stride(), layer.stride());
    return JniUtils.maxPool(values, kernel, stride, ZERO, false);
  }

  @Override
  public PtNDArray recurrent(Recurrent layer) {
    PtNDManager manager = values.getManager();
    Shape stateShape = new Shape(layer.layers(), values.getShape().get(0), layer.hidden());
    PtNDArray state = (PtNDArray) manager.zeros(stateShape, DataType.FLOAT32);
    NDList parameters = new NDList(tensors.toArray(PtNDArray[]::new));
    NDList outputs =
        switch (layer.cell()) {
          case LSTM -> {
            NDList states = new NDList(state, manager.zeros(stateShape, DataType.FLOAT32));
            yield JniUtils.lstm(
                values, states, parameters, true, layer.layers(), 0, training, false, true);
          }
          case GRU ->
              JniUtils.gru(
                  values, state, parameters, true, layer.layers(), 0, training, false, true);
        };
    return (PtNDArray) outputs.get(0);
  }
}
