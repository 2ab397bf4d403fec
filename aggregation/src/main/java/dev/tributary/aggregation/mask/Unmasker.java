package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Turns the sum of a round's masked updates into the sum of what the devices quantised. */
public abstract class Unmasker {

  Unmasker() {}

  /**
   * Removes the masks.
   *
   * @param sum used up: its lanes belong to the result
   * @throws IllegalArgumentException if the sum holds no update
   */
  public final AggregateSum unmask(MaskedSum sum) {
    if (sum.uploads() == 0) {
      throw new IllegalArgumentException(
          "unmask: expected at least one upload in the sum, got none");
    }
    return new AggregateSum(sum.parameters(), removeMasks(sum.lanes()), sum.uploads());
  }

  /**
   * An unmasker that applies masks to the sum, on the threads of {@code adder}. When the calling
   * thread is interrupted it throws {@link CancellationException}, with the interrupt still
   * pending, and the sum is lost.
   *
   * @param masks for each one that is left in the sum its {@link Mask#inverse}; their keys stay the
   *     caller's and must be alive when {@link #unmask} is called
   */
  static Unmasker applying(List<Mask> masks, MaskAdder adder) {
    List<Mask> own = List.copyOf(masks);
    return new Unmasker() {
      @Override
      Lanes removeMasks(Lanes masked) {
        try {
          masked.apply(adder, own);
        } catch (InterruptedException interrupted) {
          throw cancelled("unmasking", interrupted);
        }
        return masked;
      }
    };
  }

  /**
   * The lanes without their masks, still only meant mod 2^ringBits; may be the same object, changed
   * in place.
   */
  abstract Lanes removeMasks(Lanes masked);

  /** What an interrupted stage throws; the interrupt is pending again. */
  static CancellationException cancelled(String stage, InterruptedException cause) {
    Thread.currentThread().interrupt();
    CancellationException cancelled = new CancellationException(stage + ": was interrupted");
    cancelled.initCause(cause);
    return cancelled;
  }
}
