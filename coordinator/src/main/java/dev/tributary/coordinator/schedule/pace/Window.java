package dev.tributary.coordinator.schedule.pace;

import java.time.Duration;

/**
 * From when until when a device may come back; it draws uniformly.
 *
 * @param min delay from now, at least 0
 * @param max at least min
 */
public record Window(Duration min, Duration max) {
  public Window {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException(
          "a window needs 0 <= min <= max, not [" + min + ", " + max + "]");
    }
  }

  /** 80 % to 120 % of this time. */
  public static Window around(Duration delay) {
    return new Window(delay.multipliedBy(4).dividedBy(5), delay.multipliedBy(6).dividedBy(5));
  }

  /** The same width, but beginning no earlier than after this delay. */
  public Window notBefore(Duration delay) {
    return min.compareTo(delay) >= 0 ? this : new Window(delay, delay.plus(max.minus(min)));
  }
}
