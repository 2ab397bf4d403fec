package dev.tributary.security;

/**
 * Something that cannot happen, happened: a defect of this program or of the platform under it,
 * never of its input.
 *
 * <p>Not meant to be caught, except where a failure is contained (a round, a request) and reported.
 */
public final class BugException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A bug seen by this program itself.
   *
   * @param message what was believed to be impossible; holds no secret
   */
  public BugException(String message) {
    super(message);
  }

  /**
   * A bug that showed as an exception.
   *
   * @param message what was believed to be impossible; holds no secret
   * @param cause what was thrown
   */
  public BugException(String message, Throwable cause) {
    super(message, cause);
  }
}
