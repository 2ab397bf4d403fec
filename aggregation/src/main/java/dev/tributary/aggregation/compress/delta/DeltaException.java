package dev.tributary.aggregation.compress.delta;

/** A delta that is refused; the message names what was expected and what came. */
public final class DeltaException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  DeltaException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong with a delta. */
  public enum Reason {
    /** Its bytes are not what an encoder writes. */
    MALFORMED,
    /** It leads from another version than the one at hand. */
    WRONG_BASE,
    /** What it leads to is not what it promises. */
    WRONG_RESULT
  }

  /** Why it is refused. */
  public Reason reason() {
    return reason;
  }
}
