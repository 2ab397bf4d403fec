package dev.tributary.client.store;

/** What a device keeps of itself cannot be read or written; a person has to look at it. */
public final class SessionStoreException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public SessionStoreException(String message) {
    super(message);
  }

  public SessionStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
