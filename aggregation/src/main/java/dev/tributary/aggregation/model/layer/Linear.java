package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;

/**
 * An affine map {@code y = W x + b} of a vector {@code [in]} to {@code [units]}: {@code weight} is
 * {@code [units, in]}, {@code bias} {@code [units]}. First values: uniform within 1/sqrt(in), as
 * PyTorch's {@code nn.Linear}.
 *
 * @param units how many values it gives, at least 1
 */
public record Linear(int units) implements Layer {
  /** Refuses fewer than one unit. */
  public Linear {
    ShapeException.atLeast("units", 1, units);
  }

  @Override
  public String type() {
    return "linear";
  }

  @Override
  public Map<String, Integer> settings() {
    return Map.of("units", units);
  }

  @Override
  public Shape outputShape(Shape input) {
    if (input.rank() != 1) {
      String remedy = input.rank() == 2 ? "last-step or flatten" : "flatten";
      throw new ShapeException(
          "it takes a vector [n] but the input has the shape "
              + input
              + "; put a "
              + remedy
              + " layer before it");
    }
    return Shape.of(units);
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    int in = input.elements();
    return List.of(
        LayerTensor.uniform("weight", Shape.of(units, in), in),
        LayerTensor.uniform("bias", Shape.of(units), in));
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.linear(this);
  }
}
