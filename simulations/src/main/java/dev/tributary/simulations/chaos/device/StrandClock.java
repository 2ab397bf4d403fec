package dev.tributary.simulations.chaos.device;

import dev.tributary.client.session.DeviceClock;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import dev.tributary.simulations.chaos.time.Strand;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * A device's time on its strand.
 *
 * @param wall what its wall clock shows, right or wrong
 */
record StrandClock(int device, SimulatedTime time, Strand strand, Supplier<Instant> wall)
    implements DeviceClock {

  @Override
  public Instant now() {
    return wall.get();
  }

  @Override
  public long monotonicNanos() {
    return time.nowNanos();
  }

  @Override
  public void pause(Duration duration) {
    time.after(duration, "device " + device + " goes on", strand::resume);
    strand.park();
  }
}
