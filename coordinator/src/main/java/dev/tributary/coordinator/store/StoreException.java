package dev.tributary.coordinator.store;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import java.util.Optional;

/**
 * The store could not do what it was asked: the disk is full or failed, the folder is locked, the
 * queue is full.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a caller may do about it. */
  public enum Kind {
    /** No space; works again when space is freed. */
    FULL,
    /** More writes are waiting than the store keeps; try again later. */
    OVERLOADED,
    /** Another process owns this state, or took it over. */
    NOT_OWNER,
    /** The stored state contradicts itself or its checksum. */
    CORRUPT,
    /**
     * The store is closed, or an earlier fault (a failed fsync) means that it cannot be trusted any
     * more.
     */
    CLOSED,
    /** Anything else. */
    FAILED
  }

  private final Kind kind;

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * What whoever asked is told, when it is nobody's defect; empty for {@code CORRUPT} and {@code
   * FAILED}. Says nothing of the inside.
   */
  public Optional<RejectedException> refusal() {
    return switch (kind) {
      case FULL -> refused(RejectReason.STORAGE_FULL, "the coordinator's disk is full");
      case OVERLOADED ->
          refused(
              RejectReason.OVERLOADED, "the coordinator has more to write than it keeps up with");
      case CLOSED, NOT_OWNER -> refused(RejectReason.SHUTTING_DOWN, "the coordinator is stopping");
      case CORRUPT, FAILED -> Optional.empty();
    };
  }

  private static Optional<RejectedException> refused(RejectReason reason, String detail) {
    return Optional.of(new RejectedException(reason, detail));
  }
}
