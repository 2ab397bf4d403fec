package dev.tributary.aggregation.quantize;

import dev.tributary.aggregation.kernels.Kernels;

/**
 * Bounds the influence of one device: an update longer than the bound S is scaled down to it,
 * keeping its direction; what comes out is within S, not only up to a rounding.
 *
 * <p>The coordinate bound c is applied by {@link Quantizer}, because clamping is part of its
 * arithmetic. Source: norm clipping as in McMahan et al., "Learning Differentially Private
 * Recurrent Language Models", 2018.
 */
public final class Clipper {

  private final QuantizationParameters parameters;

  public Clipper(QuantizationParameters parameters) {
    this.parameters = parameters;
  }

  /**
   * Clips an update, in place.
   *
   * @throws IllegalArgumentException if the update has another length, or a coordinate that is not
   *     finite: training diverged, and nothing of it may enter a sum
   */
  public ClippedUpdate clip(LocalUpdate update) {
    float[] delta = update.delta();
    if (delta.length != parameters.parameters()) {
      throw new IllegalArgumentException(
          "update: expected " + parameters.parameters() + " coordinates, got " + delta.length);
    }
    double squared =
        Kernels.chosen().sumOfSquares(delta); // 2^30 squares below 2^256: finite for finite floats
    if (!Double.isFinite(squared)) {
      throw new IllegalArgumentException(
          "update: expected finite coordinates, got infinity or not-a-number");
    }
    double norm = Math.sqrt(squared);
    if (norm <= parameters.clipNorm()) {
      return new ClippedUpdate(delta, update.exampleCount());
    }
    float factor = downwards(parameters.clipNorm() / norm);
    for (int i = 0; i < delta.length; i++) {
      delta[i] *= factor;
    }
    return new ClippedUpdate(delta, update.exampleCount());
  }

  /**
   * A float below {@code factor} by at least 1.5 units in its last place, 1.5 * 2^-24 of it: each
   * product may be rounded up by 2^-24 of itself, and the rest covers the rounding of the norm. So
   * the norm of what comes out is at most S, not S and a little.
   */
  private static float downwards(double factor) {
    return Math.max(0, Math.nextDown(Math.nextDown((float) factor)));
  }
}
