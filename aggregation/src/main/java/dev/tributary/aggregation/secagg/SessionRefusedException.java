package dev.tributary.aggregation.secagg;

/** A device refuses to go on in a session, and says why; never with a secret. */
public final class SessionRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final RefusalReason reason;

  /**
   * A refusal.
   *
   * @param detail what was expected and what came
   */
  public SessionRefusedException(RefusalReason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  /** Which check failed. */
  public RefusalReason reason() {
    return reason;
  }
}
