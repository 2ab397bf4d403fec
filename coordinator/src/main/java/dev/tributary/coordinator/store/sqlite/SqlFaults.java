package dev.tributary.coordinator.store.sqlite;

import dev.tributary.coordinator.store.StoreException;
import org.sqlite.SQLiteException;

/** Tells the faults of the database apart: a full disk passes, a corrupt file does not. */
final class SqlFaults {
  private SqlFaults() {}

  static StoreException translate(String what, Throwable cause) {
    return new StoreException(kind(cause), what + " failed: " + cause.getMessage(), cause);
  }

  /** Whether a rollback failed because there was nothing left to roll back. */
  static boolean isWithoutTransaction(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("no transaction is active");
  }

  private static StoreException.Kind kind(Throwable cause) {
    if (!(cause instanceof SQLiteException e)) {
      return StoreException.Kind.FAILED;
    }
    return switch (e.getResultCode()) {
      case SQLITE_FULL -> StoreException.Kind.FULL;
      case SQLITE_CORRUPT, SQLITE_NOTADB -> StoreException.Kind.CORRUPT;
      default -> StoreException.Kind.FAILED;
    };
  }
}
