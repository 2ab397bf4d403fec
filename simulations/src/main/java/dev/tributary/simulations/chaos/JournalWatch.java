package dev.tributary.simulations.chaos;

import dev.tributary.coordinator.store.Sql;
import dev.tributary.simulations.chaos.fault.CrashWhen;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells from the journal which moments of a round a transaction was. One thread at a time. */
final class JournalWatch {
  private static final Set<String> FROZEN = Set.of("Confirming", "Unmasking");

  private final Set<String> frozen = new HashSet<>();
  private final Set<CrashWhen> moments = EnumSet.noneOf(CrashWhen.class);
  private long lastRow;

  /** Looks at what a transaction added. */
  void committed(Connection database) throws SQLException {
    moments.clear();
    record Event(long row, String type) {}
    List<Event> events =
        Sql.list(
            database,
            "select rowid, type from round_events where rowid > ? order by rowid",
            rows -> new Event(rows.getLong(1), rows.getString(2)),
            lastRow);
    for (var event : events) {
      lastRow = event.row();
      switch (event.type()) {
        case "device-enrolled" -> moments.add(CrashWhen.SELECTING);
        case "keys-advertised" -> moments.add(CrashWhen.KEYS_ADVERTISED);
        case "keys-shared" -> moments.add(CrashWhen.KEYS_SHARED);
        case "version-published" -> moments.add(CrashWhen.PUBLISHED);
        default -> {}
      }
    }
    if (!events.isEmpty()) {
      Sql.list(
              database,
              "select task || number, state from rounds where open = 1",
              rows -> FROZEN.contains(rows.getString(2)) ? rows.getString(1) : "")
          .stream()
          .filter(round -> !round.isEmpty() && frozen.add(round))
          .forEach(round -> moments.add(CrashWhen.SURVIVORS_FROZEN));
    }
  }

  /** Entries were removed: rows may be given again. */
  void truncated(Connection database) throws SQLException {
    lastRow =
        Sql.list(
                database,
                "select coalesce(max(rowid), 0) from round_events",
                rows -> rows.getLong(1))
            .getFirst();
  }

  /** What the last transaction was. */
  Set<CrashWhen> moments() {
    return EnumSet.copyOf(moments);
  }
}
