package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Quantises one version after another to 8 bits so that little changes between what is published.
 *
 * <p>Three rules. A row keeps its scale as long as its weights fit and use at least a good half of
 * its range. A new scale leaves room, so that a row that grows does not change it in every version.
 * An integer stays what it was while the weight is within {@code hysteresis} of it, in units of the
 * scale: a weight that trembles around the middle between two integers would else change with every
 * version. The reference is always the weight itself, so errors never add up.
 *
 * @param hysteresis how far a weight may be from its integer before that changes, in [0.5, 1); 0.5
 *     is plain rounding
 * @param room how much larger weights may get before a new scale is needed, in [0, 1]; 0.1 is a
 *     tenth
 */
public record SteadyQuantizer(float hysteresis, float room) {

  /** Measured in docs/adr/0017-deltas-between-versions.md. */
  public static final SteadyQuantizer DEFAULT = new SteadyQuantizer(0.75f, 0.1f);

  private static final float LIMIT = QuantizedTensor.LIMIT;
  private static final float LIMIT_ROUNDED = LIMIT + 0.5f;
  private static final float COARSE = 0.45f; // of the range: half of it and what room takes

  public SteadyQuantizer {
    if (!(hysteresis >= 0.5f && hysteresis < 1) || !(room >= 0 && room <= 1)) {
      throw new IllegalArgumentException(
          "quantizer: expected a hysteresis in [0.5, 1) and room in [0, 1], got "
              + hysteresis
              + " and "
              + room);
    }
  }

  /**
   * The first artifact of a lineage.
   *
   * @throws IllegalArgumentException if a weight is not finite
   */
  public QuantizedModel first(ModelState model) {
    return quantize(model, Optional.empty());
  }

  /**
   * The next artifact.
   *
   * @param published the artifact before it, as devices have it
   * @throws IllegalArgumentException if a weight is not finite, or the layouts differ
   */
  public QuantizedModel next(QuantizedModel published, ModelState model) {
    if (!published.layout().equals(model.layout())) {
      throw new IllegalArgumentException(
          "quantizer: expected the layout " + published.layout() + ", got " + model.layout());
    }
    return quantize(model, Optional.of(published));
  }

  private QuantizedModel quantize(ModelState model, Optional<QuantizedModel> published) {
    int nonFinite = model.firstNonFinite();
    if (nonFinite >= 0) {
      throw new IllegalArgumentException(
          "quantizer: expected finite weights, got " + model.values()[nonFinite]);
    }
    List<QuantizedTensor> tensors = new ArrayList<>();
    float[] kept = new float[model.layout().dimension()];
    int keptCount = 0;
    for (int t = 0; t < model.layout().tensors().size(); t++) {
      TensorSpec tensor = model.layout().tensors().get(t);
      int from = model.layout().offset(t);
      if (QuantizedModel.isQuantized(tensor)) {
        int index = tensors.size();
        tensors.add(
            quantize(
                model.values(), from, tensor, published.map(old -> old.quantized().get(index))));
      } else {
        System.arraycopy(model.values(), from, kept, keptCount, tensor.elementCount());
        keptCount += tensor.elementCount();
      }
    }
    return new QuantizedModel(model.layout(), tensors, Arrays.copyOf(kept, keptCount));
  }

  private QuantizedTensor quantize(
      float[] weights, int from, TensorSpec tensor, Optional<QuantizedTensor> published) {
    byte[] values = new byte[tensor.elementCount()];
    float[] scales = new float[QuantizedModel.rows(tensor)];
    int columns = values.length / scales.length;
    for (int row = 0; row < scales.length; row++) {
      int begin = row * columns;
      float largest = largest(weights, from + begin, columns);
      float before = published.isPresent() ? published.get().scales()[row] : 0;
      if (published.isPresent() && fits(largest, before)) {
        scales[row] = before;
        byte[] old = published.get().values();
        follow(weights, from, before, old, values, begin, columns);
      } else {
        scales[row] = freshScale(largest);
        round(weights, from, scales[row], values, begin, columns);
      }
    }
    return new QuantizedTensor(values, scales);
  }

  private static float largest(float[] weights, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(weights[i]));
    }
    return largest;
  }

  private static boolean fits(float largest, float scale) {
    return largest == 0
        ? scale == 0
        : largest < scale * LIMIT_ROUNDED && largest >= scale * LIMIT * COARSE;
  }

  private float freshScale(float largest) {
    return largest == 0 ? 0 : Math.max(Float.MIN_NORMAL, largest / LIMIT * (1 + room));
  }

  private void follow(
      float[] weights, int from, float scale, byte[] old, byte[] values, int begin, int count) {
    for (int i = begin; i < begin + count; i++) {
      float exact = weights[from + i] / scale;
      values[i] = Math.abs(exact - old[i]) <= hysteresis ? old[i] : nearest(exact);
    }
  }

  private static void round(
      float[] weights, int from, float scale, byte[] values, int begin, int count) {
    for (int i = begin; i < begin + count; i++) {
      values[i] = scale == 0 ? 0 : nearest(weights[from + i] / scale);
    }
  }

  private static byte nearest(float exact) {
    float bounded = Math.max(-LIMIT, Math.min(LIMIT, exact));
    return (byte) Math.rint(bounded);
  }
}
