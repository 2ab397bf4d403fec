package dev.tributary.coordinator.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A piece of SQL that runs inside a transaction it neither begins nor ends. Runs on a thread of the
 * store, where it may block; an exception undoes what this piece wrote and nothing else.
 */
@FunctionalInterface
public interface SqlWork<T> {
  T run(Connection connection) throws SQLException;
}
