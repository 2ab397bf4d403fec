package dev.tributary.coordinator.schedule;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * The numbers that a key of a task's configuration may have, both ends included; of a duration, its
 * seconds.
 *
 * @param most infinite: none
 */
record Bounds(double least, double most) {

  /**
   * Refuses what is outside.
   *
   * @param key its full name, such as {@code cohort.target}
   * @throws TaskConfigException with the key, the bounds and the value
   */
  void check(String key, double value) {
    if (!(value >= least && value <= most)) { // not a number is outside, too
      throw new TaskConfigException(key + " must be " + this + ", not '" + plain(value) + "'");
    }
  }

  void check(String key, float value) {
    if (!(value >= (float) least && value <= (float) most)) {
      throw new TaskConfigException(key + " must be " + this + ", not '" + plain(value) + "'");
    }
  }

  void check(String key, Duration value) {
    check(key, inSeconds(value));
  }

  /** As an error message says it. */
  static String seconds(Duration value) {
    return plain(inSeconds(value));
  }

  private static double inSeconds(Duration value) {
    return value.getSeconds() + value.getNano() / 1e9;
  }

  /** As an error message says it: {@code in [1, 10]}. */
  @Override
  public String toString() {
    return Double.isInfinite(most)
        ? "at least " + plain(least)
        : "in [" + plain(least) + ", " + plain(most) + "]";
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? new BigDecimal(number).toPlainString()
        : String.valueOf(number);
  }
}
