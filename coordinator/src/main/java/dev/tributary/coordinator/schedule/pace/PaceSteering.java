package dev.tributary.coordinator.schedule.pace;

import java.time.Duration;
import java.time.Instant;

/**
 * Steers when devices come, so that rounds find enough of them and the coordinator is never run
 * over (Bonawitz et al., "Towards Federated Learning at Scale", 2019, section 2.3).
 *
 * <p>A round needs {@code wantedCount} devices K every {@code slot} T, and some do not fit, so
 * check-ins are wanted at the rate 1.3 K / T. A large population of N is spread over it: each
 * device waits U(0.5, 1.5) N / rate, times the diurnal factor, for at the peak of the day more of
 * the N are there to come than at its trough. A small one would never gather that way, so all of it
 * is told to come at the next multiple of T, within a tenth of T, at any time of day.
 *
 * @param floor the shortest delay ever given; rules over the slot
 * @param ceiling the longest
 * @param slot T, above 0
 * @param smallPopulation up to so many devices the population is small
 */
public record PaceSteering(Duration floor, Duration ceiling, Duration slot, int smallPopulation) {
  private static final double SPARE = 1.3;

  /**
   * When the next check-in of a device would help.
   *
   * @param wantedCount K, devices invited to a round, at least 1
   */
  public Window next(Instant now, Arrivals arrivals, int wantedCount) {
    return arrivals.deviceCount() <= smallPopulation
        ? atNextSlot(now)
        : spread(arrivals, wantedCount);
  }

  private Window atNextSlot(Instant now) {
    long slotMicros = Math.max(1, slot.toNanos() / 1000);
    long earliest = micros(now) + floor.toNanos() / 1000;
    long start = Math.ceilDiv(earliest, slotMicros) * slotMicros;
    return clamped((start - micros(now)) * 1e-6, (start - micros(now) + slotMicros / 10.0) * 1e-6);
  }

  private Window spread(Arrivals arrivals, int wantedCount) {
    double ratePerSecond = SPARE * wantedCount / seconds(slot);
    double meanSeconds = arrivals.deviceCount() / ratePerSecond * arrivals.diurnalFactor();
    return clamped(0.5 * meanSeconds, 1.5 * meanSeconds);
  }

  private Window clamped(double minSeconds, double maxSeconds) {
    return new Window(clamped(minSeconds), clamped(maxSeconds));
  }

  private Duration clamped(double delaySeconds) {
    double bounded = Math.clamp(delaySeconds, seconds(floor), seconds(ceiling));
    return Duration.ofNanos(Math.round(bounded * 1e9));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }
}
