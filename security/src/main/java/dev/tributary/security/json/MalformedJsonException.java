package dev.tributary.security.json;

/** Bytes from outside are not the JSON that was expected: says where, what and what came. */
public final class MalformedJsonException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong; the message holds at most a short part of the text. */
  public MalformedJsonException(String message) {
    super(message);
  }
}
