package dev.tributary.coordinator.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/**
 * The fencing epoch of the coordinator that owns this state. Every owner gets a greater one than
 * all before it; a write about a round calls {@link #verify} in its own transaction, so that an
 * owner that was paused and replaced cannot write over its successor.
 */
public final class Ownership {
  private static final String LEASE = "rounds";

  private final long epoch;

  private Ownership(long epoch) {
    this.epoch = epoch;
  }

  /** Greater than that of every owner before. */
  public long epoch() {
    return epoch;
  }

  /** Takes the lease over from whoever had it. */
  public static Ownership take(Connection connection, Instant now) throws SQLException {
    var sql =
        """
        insert into leases(name, holder, epoch, acquired_at) values(?, ?, 1, ?)
        on conflict(name) do update
          set holder = excluded.holder, epoch = leases.epoch + 1, acquired_at = excluded.acquired_at
        returning epoch\
        """;
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, LEASE);
      statement.setString(2, "pid " + ProcessHandle.current().pid());
      statement.setLong(3, now.toEpochMilli());
      try (var rows = statement.executeQuery()) {
        rows.next();
        return new Ownership(rows.getLong(1));
      }
    }
  }

  /**
   * Fails unless this owner is still the newest.
   *
   * @throws StoreException of kind {@code NOT_OWNER} with both epochs
   */
  public void verify(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("select epoch from leases where name = ?")) {
      statement.setString(1, LEASE);
      try (var rows = statement.executeQuery()) {
        long current = rows.next() ? rows.getLong(1) : 0;
        if (current != epoch) {
          throw new StoreException(
              StoreException.Kind.NOT_OWNER,
              "this coordinator holds epoch "
                  + epoch
                  + " of the rounds, but epoch "
                  + current
                  + " has taken over");
        }
      }
    }
  }
}
