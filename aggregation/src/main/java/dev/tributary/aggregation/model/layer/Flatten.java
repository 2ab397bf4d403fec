package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;

/** Any shape made a vector, row-major; learns nothing. */
public record Flatten() implements Layer {
  @Override
  public String type() {
    return "flatten";
  }

  @Override
  public Map<String, Integer> settings() {
    return Map.of();
  }

  @Override
  public Shape outputShape(Shape input) {
    return Shape.of(input.elements());
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    return List.of();
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.flatten(this);
  }
}
