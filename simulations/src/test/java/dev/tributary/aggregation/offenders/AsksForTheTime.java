package dev.tributary.aggregation.offenders;

import java.time.Instant;

/** Breaks a rule on purpose: time that is not an argument. */
public final class AsksForTheTime {

  private AsksForTheTime() {}

  static Instant ask() {
    return Instant.now();
  }
}
