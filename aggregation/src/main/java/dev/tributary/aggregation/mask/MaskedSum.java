package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.quantize.QuantizationParameters;

/**
 * The sum of a round's masked updates, mod 2^ringBits, before its masks are removed. Made by an
 * accumulator.
 */
public final class MaskedSum {

  private final QuantizationParameters parameters;
  private final Lanes lanes;
  private final int uploads;

  MaskedSum(QuantizationParameters parameters, Lanes lanes, int uploads) {
    this.parameters = parameters;
    this.lanes = lanes;
    this.uploads = uploads;
  }

  /** The arithmetic of the round. */
  public QuantizationParameters parameters() {
    return parameters;
  }

  Lanes lanes() {
    return lanes;
  }

  /** How many uploads are in the sum. */
  public int uploads() {
    return uploads;
  }

  @Override
  public String toString() {
    return "MaskedSum[" + uploads + " uploads, " + parameters.vectorLength() + " lanes]";
  }
}
