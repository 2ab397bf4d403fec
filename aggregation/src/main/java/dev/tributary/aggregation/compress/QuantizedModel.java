package dev.tributary.aggregation.compress;

import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * A model in 8 bits: tensors of two dimensions or more are quantised row by row, the others
 * (biases) stay float32.
 *
 * <p>Ownership: {@code kept} is not copied and not written to.
 *
 * @param layout names and shapes of all tensors
 * @param quantized for each tensor of the layout that {@link #isQuantized} its content, in the
 *     order of the layout
 * @param kept the values of the other tensors, one after the other in the order of the layout
 */
public record QuantizedModel(ModelLayout layout, List<QuantizedTensor> quantized, float[] kept) {

  public QuantizedModel {
    quantized = List.copyOf(quantized);
    int next = 0;
    int keptCount = 0;
    for (TensorSpec tensor : layout.tensors()) {
      if (!isQuantized(tensor)) {
        keptCount += tensor.elementCount();
        continue;
      }
      if (next == quantized.size()) {
        throw new IllegalArgumentException(
            "tensor " + tensor.name() + ": its integers are missing");
      }
      QuantizedTensor content = quantized.get(next++);
      if (content.rows() != rows(tensor) || content.values().length != tensor.elementCount()) {
        throw new IllegalArgumentException("tensor " + tensor + ": does not fit " + content);
      }
    }
    if (next != quantized.size() || keptCount != kept.length) {
      throw new IllegalArgumentException(
          "quantised model: expected "
              + next
              + " quantised tensors and "
              + keptCount
              + " floats, got "
              + quantized.size()
              + " and "
              + kept.length);
    }
  }

  /** Whether a tensor of this shape is stored as integers: from two dimensions on. */
  public static boolean isQuantized(TensorSpec tensor) {
    return tensor.shape().length >= 2;
  }

  /** The rows of a quantised tensor, each with a scale of its own: the outermost extent. */
  public static int rows(TensorSpec tensor) {
    return tensor.shape()[0];
  }

  /** The float model that this stands for: what every runtime can run. */
  public ModelState toModelState() {
    float[] values = new float[layout.dimension()];
    int nextQuantized = 0;
    int nextKept = 0;
    for (int i = 0; i < layout.tensors().size(); i++) {
      TensorSpec tensor = layout.tensors().get(i);
      if (isQuantized(tensor)) {
        quantized.get(nextQuantized++).dequantize(values, layout.offset(i));
      } else {
        System.arraycopy(kept, nextKept, values, layout.offset(i), tensor.elementCount());
        nextKept += tensor.elementCount();
      }
    }
    return new ModelState(layout, values);
  }

  /** Equal in content; floats by their bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof QuantizedModel that
        && layout.equals(that.layout)
        && quantized.equals(that.quantized)
        && Arrays.equals(kept, that.kept);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * layout.hashCode() + quantized.hashCode()) + Arrays.hashCode(kept);
  }

  @Override
  public String toString() {
    return "QuantizedModel[" + layout + "]";
  }
}
