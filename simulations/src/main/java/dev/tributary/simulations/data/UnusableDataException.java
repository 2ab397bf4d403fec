package dev.tributary.simulations.data;

/**
 * Data that cannot be used: a file that is missing, damaged or of another kind, or rows that cannot
 * be divided as asked. The message is complete (what, where, expected, actual, what to do) and
 * meant for the person at the terminal.
 */
public final class UnusableDataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnusableDataException(String message) {
    super(message);
  }

  public UnusableDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
