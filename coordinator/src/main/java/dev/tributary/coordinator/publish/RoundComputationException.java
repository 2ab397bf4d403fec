package dev.tributary.coordinator.publish;

/** A sum from which no result can be computed; says why. */
public final class RoundComputationException extends Exception {
  private static final long serialVersionUID = 1L;

  RoundComputationException(String message) {
    super(message);
  }

  RoundComputationException(String message, Throwable cause) {
    super(message, cause);
  }
}
