package dev.tributary.simulations.chaos.machine;

import org.jspecify.annotations.Nullable;

/** Unwinds what a killed process was in the middle of. */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  public SimulatedCrash() {
    super("the simulated process was killed", null, false, false);
  }

  /** Whether it is what made this happen. */
  public static boolean isBehind(@Nullable Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SimulatedCrash) {
        return true;
      }
    }
    return false;
  }
}
