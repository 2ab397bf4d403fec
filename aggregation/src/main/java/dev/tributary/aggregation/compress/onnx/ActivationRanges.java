package dev.tributary.aggregation.compress.onnx;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.Loss;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The calibration of a network for eight bits: the range of the values that enter each layer.
 *
 * @param beforeLayer one a layer, and last the range of what the network gives
 */
public record ActivationRanges(List<ValueRange> beforeLayer) {

  private static final int BLOCK = 64;

  public ActivationRanges {
    beforeLayer = List.copyOf(beforeLayer);
  }

  /**
   * Measures the ranges on examples, whose labels do not matter. What leaves a layer with weights
   * is computed by the network cut off behind it; functions and pooling follow from what enters
   * them.
   *
   * @param runtime knows the layers
   * @param calibration at least one example
   * @throws UncompressibleModelException when there is no example, or a layer gives more than 65536
   *     values for one
   */
  public static ActivationRanges measure(
      ModelRuntime runtime, SpecifiedModel model, Examples calibration) {
    if (calibration.size() == 0) {
      throw new UncompressibleModelException(
          "calibration: expected at least one example, got none");
    }
    ModelSpec spec = model.spec();
    List<ValueRange> ranges = new ArrayList<>();
    ranges.add(ofFeatures(calibration));
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      ValueRange before = ranges.get(layer);
      Layer there = spec.layers().get(layer);
      if (there instanceof Activation activation) {
        ranges.add(before.after(activation.function()));
      } else if (spec.tensors(layer).isEmpty()) {
        ranges.add(before);
      } else {
        ranges.add(behind(layer, runtime, model, calibration));
      }
    }
    return new ActivationRanges(ranges);
  }

  private static ValueRange ofFeatures(Examples examples) {
    float[] features = new float[examples.featureSize()];
    ValueRange range = new ValueRange(0, 0);
    for (int i = 0; i < examples.size(); i++) {
      examples.copyFeatures(i, features, 0);
      range = range.and(ValueRange.of(features));
    }
    return range;
  }

  private static ValueRange behind(
      int layer, ModelRuntime runtime, SpecifiedModel model, Examples calibration) {
    ModelSpec head = upTo(layer, model.spec());
    float[] weights = Arrays.copyOf(model.weights(), head.layout().dimension());
    ValueRange range = new ValueRange(0, 0);
    try (LocalModel local = runtime.open(head)) {
      for (int from = 0; from < calibration.size(); from += BLOCK) {
        int to = Math.min(from + BLOCK, calibration.size());
        range = range.and(ValueRange.of(local.predict(weights, calibration.range(from, to))));
      }
    }
    return range;
  }

  /** The network that ends behind a layer: what the layer gives, as if they were classes. */
  private static ModelSpec upTo(int layer, ModelSpec spec) {
    List<Layer> layers = new ArrayList<>(spec.layers().subList(0, layer + 1));
    Shape given = spec.shapes().get(layer + 1);
    if (given.rank() > 1) {
      layers.add(new Flatten());
    }
    boolean single = given.elements() == 1;
    Loss loss = single ? Loss.SIGMOID_BINARY_CROSS_ENTROPY : Loss.SOFTMAX_CROSS_ENTROPY;
    try {
      return new ModelSpec(spec.input(), layers, loss, single ? 2 : given.elements());
    } catch (ModelSpecException tooLarge) {
      throw new UncompressibleModelException(
          "layers["
              + layer
              + "] ("
              + spec.layers().get(layer).type()
              + ") cannot be calibrated: "
              + tooLarge.getMessage());
    }
  }
}
