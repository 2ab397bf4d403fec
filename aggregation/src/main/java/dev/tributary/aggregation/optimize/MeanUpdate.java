package dev.tributary.aggregation.optimize;

import java.util.Arrays;

/**
 * The weighted mean of the updates of a round.
 *
 * <p>Ownership: {@code mean} is not copied; it is handed on to the server optimiser, which does not
 * write to it.
 *
 * @param mean float[parameters]
 * @param totalWeight sum of the weights, each in (0, 1], so above 0 and at most {@code devices}
 * @param devices updates in the sum, at least 1
 */
public record MeanUpdate(float[] mean, double totalWeight, int devices) {

  public MeanUpdate {
    if (devices < 1 || !(totalWeight > 0) || totalWeight > devices) {
      throw new IllegalArgumentException(
          "mean update: expected at least 1 device and a weight in (0, devices], got "
              + devices
              + " devices and weight "
              + totalWeight);
    }
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MeanUpdate that
        && devices == that.devices
        && totalWeight == that.totalWeight
        && Arrays.equals(mean, that.mean);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mean);
  }

  @Override
  public String toString() {
    return "MeanUpdate["
        + mean.length
        + " coordinates, weight "
        + totalWeight
        + ", "
        + devices
        + " devices]";
  }
}
