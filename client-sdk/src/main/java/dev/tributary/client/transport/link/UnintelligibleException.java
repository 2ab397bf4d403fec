package dev.tributary.client.transport.link;

import java.time.Duration;
import java.util.Optional;

/**
 * The coordinator answered in its protocol, but with a message that this SDK cannot accept: it
 * speaks another version, or is defective. Permanent: asking again gives the same.
 */
public final class UnintelligibleException extends CoordinatorException {

  private static final long serialVersionUID = 1;

  public UnintelligibleException(String message) {
    super(message);
  }

  @Override
  public boolean isTransient() {
    return false;
  }

  @Override
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  @Override
  public String code() {
    return "unintelligible";
  }
}
