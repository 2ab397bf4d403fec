package dev.tributary.aggregation.optimize;

/**
 * A sum whose weights add up to nothing, so that it has no mean. An honest device never sends
 * weight zero.
 */
public final class WeightlessSumException extends Exception {

  private static final long serialVersionUID = 1L;

  WeightlessSumException(int devices) {
    super("sum of " + devices + " devices: expected a weight above 0, got 0");
  }
}
