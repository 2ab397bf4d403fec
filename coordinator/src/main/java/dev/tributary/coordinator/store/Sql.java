package dev.tributary.coordinator.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements in one line. Values are always bound, never written into the text. */
public final class Sql {
  private Sql() {}

  /** Turns the present row into a value. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  /** Runs a query and reads every row. */
  public static <T> List<T> list(
      Connection connection, String sql, RowReader<T> reader, Object... values)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      var list = new ArrayList<T>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          list.add(reader.read(rows));
        }
      }
      return list;
    }
  }

  /** Runs a change and gives the number of rows it changed. */
  public static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
