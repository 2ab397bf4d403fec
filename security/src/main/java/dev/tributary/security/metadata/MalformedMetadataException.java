package dev.tributary.security.metadata;

/** Bytes are no metadata of the role that was expected: says what was expected and what came. */
public final class MalformedMetadataException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean ofAnotherRole;

  MalformedMetadataException(String message, boolean ofAnotherRole) {
    super(message);
    this.ofAnotherRole = ofAnotherRole;
  }

  /** Whether they say that they are metadata of another role. */
  public boolean isOfAnotherRole() {
    return ofAnotherRole;
  }
}
