package dev.tributary.simulations.chaos.fault;

import java.util.Locale;

/**
 * The rows of the table of faults (docs/load-bearing.md) that one node can meet in a simulation,
 * with their numbers there.
 */
public enum Fault {
  CRASH_WHILE_SELECTING(1),
  CRASH_AFTER_KEYS(2),
  CRASH_AFTER_ACKNOWLEDGEMENT(3),
  CRASH_AFTER_SURVIVORS(4),
  CRASH_WHILE_UNMASKING(5),
  CRASH_AFTER_MODEL_FILE(6),
  STALE_OWNER(7),
  DISK_FULL(8),
  FSYNC_FAILED(9),
  STATE_DAMAGED(10),
  DATABASE_GONE(11),
  DEVICES_DROPPED_AT_STEP(12),
  UPLOAD_AFTER_CLOSE(13),
  DUPLICATE(14),
  CONFLICTING_UPLOAD(15),
  REPLAYED_UPLOAD(16),
  DISCONNECTED_UPLOAD(17),
  CLOCK_STEPPED(18),
  BAD_UPDATE(20),
  HERD(23);

  private final int row;

  Fault(int row) {
    this.row = row;
  }

  /** Its name in the output, beginning with the number of its row. */
  public String key() {
    return "%02d-%s".formatted(row, name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
