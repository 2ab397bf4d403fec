package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import java.util.List;
import java.util.concurrent.CancellationException;

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

  /**
   * A masker that applies masks on the calling thread and packs. When that thread is interrupted it
   * throws {@link CancellationException}, with the interrupt still pending, and has sent nothing.
   *
   * @param masks of this device in this round and attempt, for one update; their keys stay the
   *     caller's and must be alive when {@link #mask} is called
   */
  static Masker applying(List<Mask> masks) {
    List<Mask> own = List.copyOf(masks);
    MaskAdder adder = new MaskAdder(1);
    return update -> {
      QuantizationParameters parameters = update.parameters();
      int[] lanes = update.lanes();
      try {
        if (parameters.ringBits() <= Integer.SIZE) {
          adder.apply(own, lanes);
          return MaskedUpdate.packed(parameters, lanes);
        }
        long[] wide = new long[lanes.length];
        for (int i = 0; i < lanes.length; i++) {
          wide[i] = Integer.toUnsignedLong(lanes[i]);
        }
        adder.apply(own, wide);
        return MaskedUpdate.packed(parameters, wide);
      } catch (InterruptedException interrupted) {
        throw Unmasker.cancelled("masking", interrupted);
      }
    };
  }
}
