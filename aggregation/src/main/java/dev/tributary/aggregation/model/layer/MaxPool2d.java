package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The maximum over square windows of each channel of an image {@code [channels, height, width]}; no
 * padding; rows and columns that fill no whole window are left out, as PyTorch's {@code
 * nn.MaxPool2d} does. Learns nothing.
 *
 * @param kernel height and width of the window, at least 1
 * @param stride pixels between two windows, at least 1
 */
public record MaxPool2d(int kernel, int stride) implements Layer {
  /** Refuses settings outside their ranges. */
  public MaxPool2d {
    ShapeException.atLeast("kernel", 1, kernel);
    ShapeException.atLeast("stride", 1, stride);
  }

  @Override
  public String type() {
    return "maxpool2d";
  }

  @Override
  public Map<String, Integer> settings() {
    return new TreeMap<>(Map.of("kernel", kernel, "stride", stride));
  }

  @Override
  public Shape outputShape(Shape input) {
    return input.slide(input.extent(0), kernel, stride, 0);
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    return List.of();
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.maxPool2d(this);
  }
}
