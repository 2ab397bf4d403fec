package dev.tributary.aggregation.mask;

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
   * The lanes without their masks, still only meant mod 2^ringBits; may be the same object, changed
   * in place.
   */
  abstract Lanes removeMasks(Lanes masked);
}
