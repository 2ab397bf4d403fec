package dev.tributary.client.model;

import dev.tributary.security.metadata.trust.TrustRefusal;
import java.util.Optional;

/**
 * Carries the reason for keeping a model out of a step, to the store that makes an outcome of it.
 */
final class KeptModelException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient UpdateOutcome.Kept kept;

  KeptModelException(UpdateCause cause, String detail) {
    this(new UpdateOutcome.Kept(cause, Optional.empty(), detail));
  }

  KeptModelException(TrustRefusal reason, String detail) {
    this(new UpdateOutcome.Kept(UpdateCause.METADATA, Optional.of(reason), detail));
  }

  private KeptModelException(UpdateOutcome.Kept kept) {
    super(kept.detail(), null, false, false);
    this.kept = kept;
  }

  UpdateOutcome.Kept kept() {
    return kept;
  }
}
