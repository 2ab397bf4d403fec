package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A convolution over an image {@code [channels, height, width]}, square kernel, zero padding:
 * {@code weight} is {@code [filters, channels, kernel, kernel]}, {@code bias} {@code [filters]}.
 * First values: uniform within 1/sqrt(channels * kernel^2), as PyTorch's {@code nn.Conv2d}.
 *
 * @param filters channels it gives, at least 1
 * @param kernel height and width of the window, at least 1
 * @param stride pixels between two windows, at least 1
 * @param padding rows and columns of zeros on each side, in [0, kernel)
 */
public record Conv2d(int filters, int kernel, int stride, int padding) implements Layer {
  /** Refuses settings outside their ranges. */
  public Conv2d {
    ShapeException.atLeast("filters", 1, filters);
    ShapeException.atLeast("kernel", 1, kernel);
    ShapeException.atLeast("stride", 1, stride);
    ShapeException.atLeast("padding", 0, padding);
    if (padding >= kernel) {
      throw new ShapeException(
          "padding is "
              + padding
              + "; it is below the kernel of "
              + kernel
              + ", or windows would see zeros only");
    }
  }

  @Override
  public String type() {
    return "conv2d";
  }

  @Override
  public Map<String, Integer> settings() {
    return new TreeMap<>(
        Map.of("filters", filters, "kernel", kernel, "stride", stride, "padding", padding));
  }

  @Override
  public Shape outputShape(Shape input) {
    return input.slide(filters, kernel, stride, padding);
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    Shape weight = Shape.of(filters, input.extent(0), kernel, kernel);
    int fanIn = weight.elements() / filters;
    return List.of(
        LayerTensor.uniform("weight", weight, fanIn),
        LayerTensor.uniform("bias", Shape.of(filters), fanIn));
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.conv2d(this);
  }
}
