package dev.tributary.client.testing;

import dev.tributary.client.session.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that a test holds: pausing passes its time at once and is noted. */
public final class ManualClock implements DeviceClock {

  public static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private Instant now = START;
  private long nanos;

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long monotonicNanos() {
    return nanos;
  }

  @Override
  public void pause(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before a pause");
    }
    pauses.add(duration);
    pass(duration);
  }

  public synchronized void pass(Duration duration) {
    now = now.plus(duration);
    nanos += duration.toNanos();
  }

  /** Moves the wall clock alone, as its owner or a time server does. */
  public synchronized void setWall(Instant instant) {
    now = instant;
  }

  public List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
