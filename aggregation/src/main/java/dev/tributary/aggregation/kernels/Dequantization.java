package dev.tributary.aggregation.kernels;

/**
 * The rounding that turns a whole number of quantisation steps into a real. Written once, because
 * it is repeated elsewhere bit for bit: a delta between two versions of a model carries the whole
 * numbers, and the device does what the coordinator did.
 */
public final class Dequantization {

  private Dequantization() {}

  /**
   * So many steps as a real, computed in double and rounded once.
   *
   * @param steps a whole number, below 2^53 in absolute value
   * @param factor the length of one step
   */
  public static float real(double steps, double factor) {
    return (float) (steps * factor);
  }
}
