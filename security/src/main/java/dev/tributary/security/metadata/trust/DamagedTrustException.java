package dev.tributary.security.metadata.trust;

/** What a device kept of its trust is not what it once believed; a person has to look at it. */
public final class DamagedTrustException extends Exception {

  private static final long serialVersionUID = 1L;

  DamagedTrustException(String message) {
    super(message);
  }
}
