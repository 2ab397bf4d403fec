package dev.tributary.coordinator.intake;

/** How one request for an upload ended. */
public sealed interface Received {

  /** Everything arrived and was verified; the receiver of this closes the upload. */
  record Whole(VerifiedUpload upload) implements Received {}

  /**
   * The request ended early; what arrived so far is kept and can be resumed at {@code offsetBytes}.
   */
  record Part(long offsetBytes) implements Received {}
}
