package dev.tributary.client.transport.link;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * No complete, intelligible answer came: no connection, a broken one, a time limit, a truncated or
 * oversized body, or an answer that is not of this protocol, as captive portals and proxies give.
 * Always transient.
 */
public final class UnreachableException extends CoordinatorException {

  private static final long serialVersionUID = 1;

  /** Says why there was no answer. */
  public UnreachableException(String message) {
    super(message);
  }

  /** Says why there was no answer. */
  public UnreachableException(IOException cause) {
    super(
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
  }

  @Override
  public boolean isTransient() {
    return true;
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  @Override
  public String code() {
    return "unreachable";
  }
}
