package dev.tributary.client.session;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The device's time: an SPI, so that simulations and tests pass time without waiting. Used by any
 * thread.
 */
public interface DeviceClock {

  /** Wall-clock time; may jump. Only for what must outlive the process. */
  Instant now();

  /** Monotonic time from an arbitrary origin, in nanoseconds: for deadlines within the process. */
  long monotonicNanos();

  /** Returns after {@code duration}. */
  void pause(Duration duration) throws InterruptedException;

  /** The machine's own clock. */
  static DeviceClock system() {
    return new DeviceClock() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public long monotonicNanos() {
        return System.nanoTime();
      }

      @Override
      public void pause(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      }
    };
  }
}
