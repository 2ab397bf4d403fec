package dev.tributary.simulations.cli.operator;

/**
 * A command that could not do its work, in one sentence for the user, with the exit code that says
 * of what kind.
 */
public final class CommandFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int UNREACHABLE = 3;
  private static final int REFUSED = 4;

  private final int exitCode;

  private CommandFailedException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The work failed: exit code 1. */
  public static CommandFailedException failed(String message) {
    return new CommandFailedException(FAILED, message);
  }

  /** Wrong usage: exit code 2. */
  public static CommandFailedException wrongUsage(String message) {
    return new CommandFailedException(WRONG_USAGE, message);
  }

  static CommandFailedException unreachable(String message) {
    return new CommandFailedException(UNREACHABLE, message);
  }

  static CommandFailedException refused(String message) {
    return new CommandFailedException(REFUSED, message);
  }

  /** What the process exits with: 1 failed, 2 wrong usage, 3 unreachable, 4 refused. */
  public int exitCode() {
    return exitCode;
  }
}
