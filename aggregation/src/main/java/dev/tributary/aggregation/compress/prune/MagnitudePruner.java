package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Unstructured pruning: in each weight of a network the share of values that are smallest in
 * magnitude goes to zero (Han et al., "Learning both weights and connections for efficient neural
 * networks", NeurIPS 2015). Biases stay. Every layer loses the same share, so that no layer is cut
 * off because its weights are small.
 */
public final class MagnitudePruner {

  /** The name of this step in an artifact's codec chain. */
  public static final String STEP = "prune-magnitude";

  private final double share;

  /**
   * Prunes this share of each weight.
   *
   * @param share in [0, 1)
   */
  public MagnitudePruner(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "share of pruned weights is " + share + "; it is in [0, 1)");
    }
    this.share = share;
  }

  /** Which weights to hold at zero: of equal magnitudes the first. */
  public PruningMask mask(SpecifiedModel model) {
    ModelLayout layout = model.spec().layout();
    List<TensorSpec> tensors = layout.tensors();
    BitSet pruned = new BitSet(layout.dimension());
    for (int t = 0; t < tensors.size(); t++) {
      if (tensors.get(t).shape().length >= 2) {
        mark(model.weights(), layout.offset(t), tensors.get(t).elementCount(), pruned);
      }
    }
    return new PruningMask(pruned, layout.dimension());
  }

  private void mark(float[] weights, int offset, int count, BitSet pruned) {
    int least = (int) (share * count);
    if (least == 0) {
      return;
    }
    float[] magnitudes = new float[count];
    for (int i = 0; i < count; i++) {
      magnitudes[i] = Math.abs(weights[offset + i]);
    }
    Arrays.sort(magnitudes);
    float threshold = magnitudes[least - 1];
    int atThreshold = least - countBelow(magnitudes, threshold);
    for (int i = offset; i < offset + count; i++) {
      float magnitude = Math.abs(weights[i]);
      if (magnitude < threshold || (magnitude == threshold && atThreshold-- > 0)) {
        pruned.set(i);
      }
    }
  }

  private static int countBelow(float[] sorted, float threshold) {
    int count = 0;
    while (count < sorted.length && sorted[count] < threshold) {
      count++;
    }
    return count;
  }
}
