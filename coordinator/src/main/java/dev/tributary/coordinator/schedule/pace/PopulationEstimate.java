package dev.tributary.coordinator.schedule.pace;

import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Duration;
import java.time.Instant;

/**
 * How many different devices checked in lately: those of the present period and of the one before,
 * in 64 KiB whatever the population. As exact as {@link DistinctDevices}. Not thread-safe.
 */
public final class PopulationEstimate {
  private final Duration period;
  private DistinctDevices present = new DistinctDevices();
  private DistinctDevices before = new DistinctDevices();
  private int bothCount;
  private Instant periodEnd;

  /** A device counts for one to two periods after it was last seen. */
  public PopulationEstimate(Duration period, Instant now) {
    this.period = period;
    this.periodEnd = now.plus(period);
  }

  /** Notes a device. */
  public void seen(DeviceId device, Instant now) {
    turn(now);
    if (present.add(device) && !before.contains(device)) {
      bothCount++;
    }
  }

  /** The estimate, at least 0. */
  public double count(Instant now) {
    turn(now);
    return DistinctDevices.estimate(bothCount);
  }

  private void turn(Instant now) {
    while (!now.isBefore(periodEnd)) {
      boolean longGone = !now.isBefore(periodEnd.plus(period));
      var reused = before;
      before = present;
      present = reused;
      present.clear();
      if (longGone) {
        before.clear();
      }
      bothCount = before.setCount();
      periodEnd = longGone ? now.plus(period) : periodEnd.plus(period);
    }
  }
}
