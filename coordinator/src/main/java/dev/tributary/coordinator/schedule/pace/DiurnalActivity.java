package dev.tributary.coordinator.schedule.pace;

import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Instant;

/**
 * The shape of a population's day: how many different devices check in during each hour (UTC),
 * learned from the days before, each of which weighs a quarter less than the one after it. Memory
 * is 32 KiB whatever the population. Not thread-safe.
 *
 * <p>Devices are counted, not check-ins: {@link PaceSteering} itself makes each device of a busy
 * hour check in less often, so the check-ins of an ideally steered day are flat, and a factor
 * learned from them would undo itself. A device that comes at all in an hour counts once in it,
 * however long it was told to wait before.
 */
public final class DiurnalActivity {
  private static final int HOURS = 24;
  private static final int SECONDS_PER_HOUR = 3600;
  private static final double NEWEST_DAY = 0.25; // its weight among all days
  private static final double LEAST = 0.5;
  private static final double MOST = 2;

  private final double[] devicesByHour = new double[HOURS];
  private final DistinctDevices present = new DistinctDevices();
  private long hour; // since 1970: the one that {@code present} counts
  private boolean watchedFromItsBeginning;
  private int learnedHours; // 0 to 24; learned in a row, so 24 are a whole day

  public DiurnalActivity(Instant now) {
    this.hour = hourOf(now);
  }

  /** Notes a device. */
  public void seen(DeviceId device, Instant now) {
    turn(now);
    present.add(device);
  }

  /**
   * The activity at this time of day over the mean of the day: between the middles of two hours in
   * proportion, bounded to [0.5, 2], and exactly 1 until a whole day has been watched.
   */
  public double factor(Instant now) {
    turn(now);
    double mean = mean();
    return learnedHours < HOURS || mean == 0 ? 1 : Math.clamp(at(now) / mean, LEAST, MOST);
  }

  /** Devices an hour, at this time of day. */
  private double at(Instant now) {
    double sinceMiddle = now.getEpochSecond() / (double) SECONDS_PER_HOUR - 0.5;
    double share = sinceMiddle - Math.floor(sinceMiddle);
    long before = (long) Math.floor(sinceMiddle);
    return (1 - share) * devicesByHour[ofDay(before)] + share * devicesByHour[ofDay(before + 1)];
  }

  private double mean() {
    double sum = 0;
    for (double devices : devicesByHour) {
      sum += devices;
    }
    return sum / HOURS;
  }

  private void turn(Instant now) {
    long next = hourOf(now);
    if (next - hour > HOURS) { // a day without anybody: what was known before it has ended
      learnedHours = 0;
      watchedFromItsBeginning = false;
      hour = next;
      present.clear();
    }
    for (; hour < next; hour++) {
      if (watchedFromItsBeginning) {
        learn(present.count());
      }
      watchedFromItsBeginning = true;
      present.clear();
    }
  }

  private void learn(double devices) {
    int h = ofDay(hour);
    devicesByHour[h] =
        learnedHours < HOURS ? devices : (1 - NEWEST_DAY) * devicesByHour[h] + NEWEST_DAY * devices;
    learnedHours = Math.min(HOURS, learnedHours + 1);
  }

  private static long hourOf(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), (long) SECONDS_PER_HOUR);
  }

  private static int ofDay(long hour) {
    return Math.floorMod(hour, HOURS);
  }
}
