package dev.tributary.aggregation.protocol;

/**
 * A value of the protocol that was built from parts that do not fit. An {@link
 * IllegalArgumentException} where this program builds the value, and turned into a {@link
 * RejectedException} where it is built from someone else's bytes: a rule is written once, in the
 * constructor of its record.
 */
public final class InvalidFieldException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  /**
   * A broken rule.
   *
   * @param reason the kind of fault
   * @param message the field, what was expected and what was given; never the content of a text
   */
  public InvalidFieldException(RejectReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The kind of fault. */
  public RejectReason reason() {
    return reason;
  }
}
