package dev.tributary.coordinator.backup;

/** A file that a snapshot names is gone: the coordinator has gone on since. */
final class ReplacedException extends Exception {
  private static final long serialVersionUID = 1L;

  ReplacedException(String message) {
    super(message);
  }
}
