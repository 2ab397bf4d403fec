package dev.tributary.client.model;

import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.security.metadata.trust.TrustRefusal;
import java.util.Optional;

/** How looking for a newer model ended. */
public sealed interface UpdateOutcome {

  /**
   * The device has the version that it should have.
   *
   * @param model that one
   */
  record UpToDate(StoredModel model) implements UpdateOutcome {}

  /**
   * The device runs another version from now on.
   *
   * @param model the new one
   * @param previous the one before, which is kept
   * @param way how it came
   * @param fetchedBytes how long the fetched model or delta is; 0 when it was here already
   * @param remark why the way was not a shorter one; empty for no reason
   */
  record Switched(
      StoredModel model, Optional<StoredModel> previous, Way way, long fetchedBytes, String remark)
      implements UpdateOutcome {}

  /**
   * The device keeps what it has.
   *
   * @param cause why
   * @param metadata with {@link UpdateCause#METADATA}, why the metadata was not believed
   * @param detail the same for people
   */
  record Kept(UpdateCause cause, Optional<TrustRefusal> metadata, String detail)
      implements UpdateOutcome {

    /** For reports: {@code no-channel}, {@code metadata/rollback}. */
    public String code() {
      return cause.code() + metadata.map(reason -> "/" + reason.code()).orElse("");
    }
  }

  /** How a model came to the device. */
  enum Way {
    /** As a whole file. */
    WHOLE,
    /** As a delta to the model before. */
    DELTA,
    /** It was here from an earlier time. */
    PRESENT
  }
}
