package dev.tributary.aggregation.quantize;

import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.kernels.LaneKernels;
import dev.tributary.security.prg.AesCtrStream;

/**
 * Turns a clipped update into integers that can be summed, as {@link QuantizationParameters}
 * describes.
 *
 * <p>Unbiased up to the precision of a float: the expectation of {@code lane - centre} is t = w * x
 * * centre / c up to 2^-16 + 2^-23 |t| of a step, whatever x in [-c, c] is: less than 2^-15 at 8
 * bits, than 2^-7 at 16 bits. The noise comes from a CSPRNG, because whoever can predict it can
 * subtract it.
 *
 * <p>The weight is rounded first, to a multiple of 1 / (2^b - 1) and never to zero, and the same
 * rounded weight multiplies the coordinates and is sent. So the mean that comes out is a convex
 * combination of the updates: its denominator carries no noise and is never zero.
 */
public final class Quantizer {

  /** 8 KiB of keystream. Each word rounds two coordinates: this far apart, by its halves. */
  private static final int NOISE_WORDS = 2048;

  private static final int COORDINATES_PER_FILL = 2 * NOISE_WORDS;

  private final QuantizationParameters parameters;

  /**
   * @throws IllegalArgumentException if lanes have more than 16 bits: those hold exact counts, not
   *     updates
   */
  public Quantizer(QuantizationParameters parameters) {
    if (parameters.bits() > QuantizationParameters.MAX_UPDATE_BITS) {
      throw new IllegalArgumentException(
          "bits: expected at most "
              + QuantizationParameters.MAX_UPDATE_BITS
              + " for an update, got "
              + parameters.bits());
    }
    this.parameters = parameters;
  }

  /**
   * Quantises an update.
   *
   * @param seed byte[32], secret, fresh for every update: two updates under one seed share their
   *     rounding noise
   */
  public QuantizedUpdate quantize(ClippedUpdate update, byte[] seed) {
    float[] values = update.values();
    if (values.length != parameters.parameters()) {
      throw new IllegalArgumentException(
          "update: expected " + parameters.parameters() + " coordinates, got " + values.length);
    }
    AesCtrStream stream = AesCtrStream.fromSeed(seed, "rounding");
    int weightLane = weightLane(update.exampleCount());
    double weight = weightLane / (double) parameters.maxLane();
    int centre = (int) parameters.centre();
    float scaleTo16 = (float) (weight / parameters.step() * 0x1p16);
    int limitTo16 = (int) (weight * centre * 0x1p16);
    LaneKernels kernels = Kernels.chosen();
    int[] noise = new int[NOISE_WORDS];
    int[] lanes = new int[parameters.vectorLength()];
    for (int from = 0; from < values.length; from += COORDINATES_PER_FILL) {
      stream.fill(noise);
      int count = Math.min(COORDINATES_PER_FILL, values.length - from);
      int firstHalf = Math.min(NOISE_WORDS, count);
      System.arraycopy(noise, 0, lanes, from, firstHalf);
      System.arraycopy(noise, 0, lanes, from + firstHalf, count - firstHalf);
      kernels.quantize(values, from, firstHalf, scaleTo16, limitTo16, centre, 0, lanes);
      kernels.quantize(
          values, from + firstHalf, count - firstHalf, scaleTo16, limitTo16, centre, 16, lanes);
    }
    lanes[values.length] = weightLane;
    return new QuantizedUpdate(parameters, lanes);
  }

  /** min(n, n_max) / n_max in steps of 1 / (2^b - 1), to nearest, at least one step. */
  private int weightLane(int exampleCount) {
    long capped = Math.min(exampleCount, parameters.maxExamples());
    long scaled = capped * parameters.maxLane(); // below 2^31 * 2^16
    return (int) Math.max(1, (scaled + parameters.maxExamples() / 2) / parameters.maxExamples());
  }
}
