package dev.tributary.coordinator.store;

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
}
