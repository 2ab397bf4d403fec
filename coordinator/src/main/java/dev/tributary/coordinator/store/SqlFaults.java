package dev.tributary.coordinator.store;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Tells the faults of the database apart: a full disk passes, a corrupt file does not. */
final class SqlFaults {
  private SqlFaults() {}

  static StoreException translate(String what, SQLException cause) {
    return new StoreException(kind(cause), what + " failed: " + cause.getMessage(), cause);
  }

  /** Whether a row with this key is there already. */
  static boolean isDuplicate(SQLException cause) {
    return cause instanceof SQLiteException e
        && (e.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY
            || e.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE);
  }

  private static StoreException.Kind kind(SQLException cause) {
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
