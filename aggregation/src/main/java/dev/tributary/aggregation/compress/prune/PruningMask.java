package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.compress.SpecifiedModel;
import java.util.BitSet;

/**
 * Which weights of a network are held at zero. Training moves them again, so that a mask is applied
 * once more after each piece of it (projected gradient descent). Immutable.
 */
public final class PruningMask {

  private final BitSet pruned;
  private final int length;

  PruningMask(BitSet pruned, int length) {
    this.pruned = pruned;
    this.length = length;
  }

  /** How many weights are held at zero. */
  public int prunedCount() {
    return pruned.cardinality();
  }

  /**
   * Sets the masked weights to +0, in place.
   *
   * @param weights flat in layout order, of the network that the mask was made of
   */
  public void apply(float[] weights) {
    if (weights.length != length) {
      throw new IllegalArgumentException(
          "pruning mask: expected " + length + " weights, got " + weights.length);
    }
    for (int i = pruned.nextSetBit(0); i >= 0; i = pruned.nextSetBit(i + 1)) {
      weights[i] = 0f;
    }
  }

  /** The model with its masked weights at zero; the one given stays as it is. */
  public SpecifiedModel apply(SpecifiedModel model) {
    float[] weights = model.state().copyOfValues();
    apply(weights);
    return SpecifiedModel.of(model.spec(), weights);
  }
}
