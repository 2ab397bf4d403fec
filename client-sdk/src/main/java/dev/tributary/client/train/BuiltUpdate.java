package dev.tributary.client.train;

import dev.tributary.aggregation.mask.MaskedUpdate;

/**
 * A finished contribution, and what its device learned while making it.
 *
 * @param masked what may leave the device
 * @param exampleCount examples that it comes from; stays on the device
 * @param meanLoss mean loss over them, before each step when training; stays on the device
 */
public record BuiltUpdate(MaskedUpdate masked, int exampleCount, double meanLoss) {

  /** Sizes only. */
  @Override
  public String toString() {
    return "BuiltUpdate[" + masked + "]";
  }
}
