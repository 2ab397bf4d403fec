package dev.tributary.security.metadata.trust;

/** Carries a refusal out of a check, to the step that makes a value of it. */
final class RefusedMetadataException extends Exception {

  private static final long serialVersionUID = 1L;

  private final TrustRefusal reason;

  RefusedMetadataException(TrustRefusal reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  TrustRefusal reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
