package dev.tributary.client.train;

/**
 * The device could not compute its update; the round goes on without it. The message is for the
 * device's owner: it may speak of the data, so the coordinator is told no more than that training
 * failed.
 */
public final class TrainingFailedException extends Exception {

  private static final long serialVersionUID = 1;

  /** A failure with an explanation. */
  public TrainingFailedException(String message) {
    super(message);
  }

  /** A failure with its cause. */
  public TrainingFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
