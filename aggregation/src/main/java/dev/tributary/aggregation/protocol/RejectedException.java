package dev.tributary.aggregation.protocol;

import java.util.Objects;

/**
 * Input from outside that was refused, and why. The only exception that a decoder of this package
 * throws, whatever the bytes.
 *
 * <p>Has no stack trace: it is an answer, made as often as somebody sends rubbish, not a defect to
 * be traced.
 */
public final class RejectedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  /**
   * A refusal.
   *
   * @param reason the fault
   * @param detail what was refused, what was expected and what came, for the sender to read;
   *     repeats no content that could be secret
   */
  public RejectedException(RejectReason reason, String detail) {
    super(Objects.requireNonNull(detail, "detail"), null, false, false);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** The fault. */
  public RejectReason reason() {
    return reason;
  }

  /** What was refused, what was expected and what came. */
  public String detail() {
    return Objects.requireNonNull(getMessage());
  }
}
