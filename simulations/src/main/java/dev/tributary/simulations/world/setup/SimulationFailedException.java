package dev.tributary.simulations.world.setup;

import org.jspecify.annotations.Nullable;

/**
 * A simulation that cannot go on. The message says what happened and is meant for the person at the
 * terminal.
 */
public final class SimulationFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A simulation that failed. */
  public SimulationFailedException(String message) {
    super(message);
  }

  private SimulationFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The failure of a piece of work; a failure of this kind is kept as it is. */
  public static RuntimeException because(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new SimulationFailedException(
        cause == null ? "work ended without a cause" : String.valueOf(cause.getMessage()), cause);
  }
}
