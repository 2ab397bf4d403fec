package dev.tributary.coordinator.ops;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The machine's time, made monotonic: the clock is read once and then only elapsed time is added,
 * so that setting the clock neither ends nor revives anything. For what lives no longer than this
 * process, such as sessions; what is stored goes by the machine's clock. Any thread.
 */
final class SteadyClock implements InstantSource {

  private final Instant startedAt = Instant.now();
  private final long startedNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return startedAt.plusNanos(System.nanoTime() - startedNanos);
  }
}
