package dev.tributary.client.transport.link;

import java.time.Duration;
import java.util.Optional;

/** The coordinator could not be asked, answered nonsense, or refused. */
public abstract sealed class CoordinatorException extends Exception
    permits UnreachableException, UnintelligibleException, RefusedException {

  private static final long serialVersionUID = 1;

  CoordinatorException(String message) {
    super(message);
  }

  CoordinatorException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  public abstract boolean isTransient();

  /** How long the coordinator asked to be left alone. */
  public abstract Optional<Duration> retryAfter();

  /**
   * Kebab-case reason: the coordinator's problem code, {@code unreachable} or {@code
   * unintelligible}.
   */
  public abstract String code();
}
