package dev.tributary.simulations.bench.ingest;

import java.time.Duration;

/** The coordinator has no place or no room now, and says when to ask again. */
public final class TurnedAwayException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Duration after;

  TurnedAwayException(String message, Duration after) {
    super(message);
    this.after = after;
  }

  /** How long to wait before the next attempt. */
  Duration after() {
    return after;
  }
}
