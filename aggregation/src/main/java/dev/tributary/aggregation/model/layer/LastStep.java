package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;

/** The last step of a sequence: {@code [steps, values]} to {@code [values]}; learns nothing. */
public record LastStep() implements Layer {
  @Override
  public String type() {
    return "last-step";
  }

  @Override
  public Map<String, Integer> settings() {
    return Map.of();
  }

  @Override
  public Shape outputShape(Shape input) {
    if (input.rank() != 2) {
      throw new ShapeException(
          "it takes a sequence [steps, values] but the input has the shape " + input);
    }
    return Shape.of(input.extent(1));
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    return List.of();
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.lastStep(this);
  }
}
