package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An element-wise function; keeps the shape and learns nothing. */
public record Activation(Function function) implements Layer {

  /** The functions there are. */
  public enum Function {
    /** max(x, 0). */
    RELU,
    /** The hyperbolic tangent. */
    TANH,
    /** 1 / (1 + exp(-x)). */
    SIGMOID
  }

  @Override
  public String type() {
    return function.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Map<String, Integer> settings() {
    return Map.of();
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    return List.of();
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.activation(this);
  }
}
