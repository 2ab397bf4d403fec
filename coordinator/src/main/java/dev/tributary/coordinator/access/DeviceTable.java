package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SQL about devices. Runs on threads of the store. */
final class DeviceTable {

  private DeviceTable() {}

  /**
   * Enrolling the same key again keeps its name and moves it to the population of the token it came
   * with.
   */
  static void put(Connection connection, DeviceId device, EnrolRequest request, Instant now)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "insert into devices(device_id, population, public_key, sdk_version, enrolled_at, last_seen_at,"
                + " enrolment_token) values (?, ?, ?, ?, ?, ?, ?) on conflict(device_id) do update set"
                + " population = excluded.population, sdk_version = excluded.sdk_version,"
                + " last_seen_at = excluded.last_seen_at,"
                + " enrolment_token = excluded.enrolment_token")) {
      insert.setString(1, device.toString());
      insert.setString(2, request.population().toString());
      insert.setBytes(3, request.publicKey().toByteArray());
      insert.setString(4, request.sdkVersion().toString());
      insert.setLong(5, now.toEpochMilli());
      insert.setLong(6, now.toEpochMilli());
      insert.setString(7, request.token().hash().toString());
      insert.executeUpdate();
    }
  }

  /** Whether the device is in the population of the request by the token of the request. */
  static boolean isEnrolledBy(Connection connection, DeviceId device, EnrolRequest request)
      throws SQLException {
    try (var query =
        connection.prepareStatement(
            "select 1 from devices where device_id = ? and population = ?"
                + " and enrolment_token = ?")) {
      query.setString(1, device.toString());
      query.setString(2, request.population().toString());
      query.setString(3, request.token().hash().toString());
      try (var row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  static Optional<byte[]> publicKey(Connection connection, DeviceId device) throws SQLException {
    try (var query =
        connection.prepareStatement("select public_key from devices where device_id = ?")) {
      query.setString(1, device.toString());
      try (var row = query.executeQuery()) {
        return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
      }
    }
  }

  static Optional<PopulationName> population(Connection connection, DeviceId device)
      throws SQLException {
    try (var query =
        connection.prepareStatement("select population from devices where device_id = ?")) {
      query.setString(1, device.toString());
      try (var row = query.executeQuery()) {
        return row.next() ? Optional.of(new PopulationName(row.getString(1))) : Optional.empty();
      }
    }
  }

  static boolean seen(Connection connection, DeviceId device, Instant now) throws SQLException {
    try (var update =
        connection.prepareStatement("update devices set last_seen_at = ? where device_id = ?")) {
      update.setLong(1, now.toEpochMilli());
      update.setString(2, device.toString());
      return update.executeUpdate() == 1;
    }
  }

  /** In the order of their names, after {@code after} (the empty text: from the start). */
  static List<EnrolledDevice> page(Connection connection, String after, int limit)
      throws SQLException {
    List<EnrolledDevice> page = new ArrayList<>();
    try (var query =
        connection.prepareStatement(
            "select device_id, population, sdk_version, enrolled_at, last_seen_at from devices"
                + " where device_id > ? order by device_id limit ?")) {
      query.setString(1, after);
      query.setInt(2, limit);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          page.add(
              new EnrolledDevice(
                  new DeviceId(rows.getString(1)),
                  new PopulationName(rows.getString(2)),
                  rows.getString(3),
                  Instant.ofEpochMilli(rows.getLong(4)),
                  Instant.ofEpochMilli(rows.getLong(5))));
        }
      }
    }
    return page;
  }
}
