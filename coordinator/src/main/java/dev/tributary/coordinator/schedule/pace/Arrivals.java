package dev.tributary.coordinator.schedule.pace;

/**
 * What is known of how the devices of a population come.
 *
 * @param deviceCount N, an estimate of how many different ones there are
 * @param diurnalFactor how many of them are active at this time of day, over the mean of the day;
 *     above 0
 */
public record Arrivals(double deviceCount, double diurnalFactor) {
  public Arrivals {
    if (!(deviceCount >= 0 && diurnalFactor > 0)) {
      throw new IllegalArgumentException(
          "arrivals need 0 <= devices and 0 < factor, not " + deviceCount + ", " + diurnalFactor);
    }
  }
}
