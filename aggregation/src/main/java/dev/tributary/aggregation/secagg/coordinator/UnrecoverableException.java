package dev.tributary.aggregation.secagg.coordinator;

/** The masks of a sum cannot be taken off; says whose shares were false. */
public final class UnrecoverableException extends Exception {

  private static final long serialVersionUID = 1;

  UnrecoverableException(String message) {
    super(message);
  }
}
