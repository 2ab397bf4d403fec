package dev.tributary.simulations.world.setup;

import dev.tributary.client.train.TrainingFailedException;

/**
 * How a device with the real SDK gives up in the middle of a round because its scenario says so.
 */
public final class SimulatedDropOut {

  private static final String MESSAGE = "this device drops out of the round, as its scenario asks";

  private SimulatedDropOut() {}

  /** What its trainer throws. */
  public static TrainingFailedException failure() {
    return new TrainingFailedException(MESSAGE);
  }

  /** Whether this is the message of {@link #failure}. */
  public static boolean isMessage(String message) {
    return message.equals(MESSAGE);
  }
}
