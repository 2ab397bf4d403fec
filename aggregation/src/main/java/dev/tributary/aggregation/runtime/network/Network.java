package dev.tributary.aggregation.runtime.network;

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
import java.util.ArrayList;
import java.util.List;

/** The stages of a specification in order, with the rows between them. One thread at a time. */
final class Network {
  private final List<Rows> rows = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final List<Dense> dense = new ArrayList<>();

  /** Builds the stages; the specification has been found {@link #supported}. */
  Network(ModelSpec spec) {
    rows.add(new Rows(spec.input().elements()));
    for (Layer layer : spec.layers()) {
      layer.match(new Builder());
    }
  }

  /** Whether every layer is one of those built here. */
  static boolean supported(ModelSpec spec) {
    return spec.layers().stream()
        .allMatch(
            layer ->
                layer instanceof Linear || layer instanceof Activation || layer instanceof Flatten);
  }

  Rows input() {
    return rows.get(0);
  }

  Rows output() {
    return rows.get(rows.size() - 1);
  }

  List<Dense> dense() {
    return List.copyOf(dense);
  }

  void reserve(int capacity, boolean withGradients) {
    rows.forEach(block -> block.reserve(capacity, withGradients));
  }

  void load(float[] weights, boolean withMomentum) {
    int offset = 0;
    for (Dense layer : dense) {
      layer.load(weights, offset, withMomentum);
      offset += layer.parameters();
    }
  }

  void store(float[] weights) {
    int offset = 0;
    for (Dense layer : dense) {
      layer.store(weights, offset);
      offset += layer.parameters();
    }
  }

  void forward(int count) {
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).forward(count);
    }
  }

  /** One step of gradient descent; a stage's gradients are passed back before its weights move. */
  void backwardAndStep(int count, float learningRate, float momentum) {
    for (int i = stages.size() - 1; i >= 0; i--) {
      stages.get(i).backward(count);
      stages.get(i).step(count, learningRate, momentum);
    }
  }

  private final class Builder implements Layer.Cases<Boolean> {
    @Override
    public Boolean linear(Linear layer) {
      Rows next = new Rows(layer.units());
      Dense stage = new Dense(output(), next, dense.isEmpty());
      rows.add(next);
      dense.add(stage);
      return stages.add(stage);
    }

    @Override
    public Boolean activation(Activation layer) {
      Rows input = output();
      if (endsElementwise()) {
        // The function before differentiates by its own output, which must not be overwritten.
        rows.add(new Rows(input.size()));
      }
      return stages.add(new Elementwise(input, output(), layer.function()));
    }

    private boolean endsElementwise() {
      return !stages.isEmpty() && stages.get(stages.size() - 1) instanceof Elementwise;
    }

    @Override
    public Boolean flatten(Flatten layer) {
      return true; // rows are flat already
    }

    @Override
    public Boolean conv2d(Conv2d layer) {
      throw unsupported(layer);
    }

    @Override
    public Boolean embedding(Embedding layer) {
      throw unsupported(layer);
    }

    @Override
    public Boolean lastStep(LastStep layer) {
      throw unsupported(layer);
    }

    @Override
    public Boolean maxPool2d(MaxPool2d layer) {
      throw unsupported(layer);
    }

    @Override
    public Boolean recurrent(Recurrent layer) {
      throw unsupported(layer);
    }

    private IllegalArgumentException unsupported(Layer layer) {
      return new IllegalArgumentException("the java runtime has no layer " + layer.type());
    }
  }
}
