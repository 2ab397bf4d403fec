package dev.tributary.coordinator.schedule.pace;

import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * How many different devices checked in lately, without remembering them: linear counting (Whang et
 * al., "A linear-time probabilistic counting algorithm", 1990) in two bitmaps, of the present
 * period and of the one before. A device id is a hash of a key, so its own first bits choose its
 * bit. The standard error is 0.35 % at a million devices and 1.3 % at two million, and the estimate
 * is exact to rounding for some dozens; memory is 64 KiB whatever the population. Not thread-safe.
 */
public final class PopulationEstimate {
  private static final int BITS = 1 << 18;
  private static final int HEX_DIGITS = 5; // of 4 bits: 20 bits, of which the first 18 choose

  private final Duration period;
  private long[] present = new long[BITS / Long.SIZE];
  private long[] before = new long[BITS / Long.SIZE];
  private int presentCount;
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
    int bit = Integer.parseInt(device.text(), 0, HEX_DIGITS, 16) >> 2;
    long mask = 1L << bit;
    int word = bit / Long.SIZE;
    if ((present[word] & mask) == 0) {
      present[word] |= mask;
      presentCount++;
      bothCount += (before[word] & mask) == 0 ? 1 : 0;
    }
  }

  /** The estimate, at least 0. */
  public double count(Instant now) {
    turn(now);
    int zeros = Math.max(1, BITS - bothCount);
    return -BITS * Math.log((double) zeros / BITS);
  }

  private void turn(Instant now) {
    while (!now.isBefore(periodEnd)) {
      boolean longGone = !now.isBefore(periodEnd.plus(period));
      var reused = before;
      before = longGone ? new long[BITS / Long.SIZE] : present;
      Arrays.fill(reused, 0);
      present = reused;
      bothCount = longGone ? 0 : presentCount;
      presentCount = 0;
      periodEnd = longGone ? now.plus(period) : periodEnd.plus(period);
    }
  }
}
