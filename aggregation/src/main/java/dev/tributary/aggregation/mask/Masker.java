package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.quantize.QuantizedUpdate;

/**
 * Turns one device's integers into what it may send: masked as the protocol of the round asks, and
 * packed.
 */
@FunctionalInterface
public interface Masker {

  /**
   * Masks and packs an update.
   *
   * @param update used up: its lanes may be overwritten
   * @throws IllegalArgumentException if the update would take more than one array of bytes (2 GiB)
   */
  MaskedUpdate mask(QuantizedUpdate update);
}
