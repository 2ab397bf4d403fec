package dev.tributary.coordinator.store;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.coordinator.round.RoundStateName;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The journal in tables, each entry with a CRC-32C so that a damaged one is never taken for the
 * truth.
 */
public final class SqlRoundJournal implements RoundJournal {
  private static final String ROW_COLUMNS =
      "task, number, kind, state, open, base_digest, result_digest, selected,"
          + " counted, dropped, target, minimum, planned_at, changed_at, reason, metrics";

  private static final String PUBLISHED = RoundStateName.PUBLISHED.text();

  private final StateStore database;

  public SqlRoundJournal(StateStore database) {
    this.database = database;
  }

  @Override
  public Future<Integer> append(
      RoundId round,
      int sequence,
      Entry entry,
      Row row,
      List<Upload> counted,
      SqlWork<?> alongside) {
    return database.submit(
        connection -> {
          database.ownership().verify(connection);
          upsert(connection, row);
          insert(connection, round, sequence, entry);
          for (var upload : counted) {
            insert(connection, round, upload, entry.at());
          }
          alongside.run(connection);
          return sequence;
        });
  }

  @Override
  public Future<Integer> giveUp(Row row) {
    return database.submit(
        connection -> {
          database.ownership().verify(connection);
          upsert(connection, row);
          return 1;
        });
  }

  @Override
  public SqlWork<Integer> keeping(RoundId round, Message message) {
    return connection -> {
      Sql.update(
          connection,
          "insert into session_messages(task, number, step, device_id, sealed)"
              + " values(?, ?, ?, ?, ?) on conflict do nothing",
          round.task().text(),
          round.number(),
          message.step().name(),
          message.device().text(),
          message.sealed());
      return 1;
    };
  }

  @Override
  public SqlWork<Integer> forgettingMessages(RoundId round) {
    return connection -> {
      Sql.update(
          connection,
          "delete from session_messages where task = ? and number = ?",
          round.task().text(),
          round.number());
      return 1;
    };
  }

  @Override
  public Future<Integer> keep(RoundId round, Message message) {
    return database.submit(
        connection -> {
          database.ownership().verify(connection);
          return keeping(round, message).run(connection);
        });
  }

  @Override
  public Future<List<Message>> messages(RoundId round) {
    return database.read(
        connection ->
            Sql.list(
                connection,
                "select step, device_id, sealed from session_messages"
                    + " where task = ? and number = ? order by step, device_id",
                rows ->
                    new Message(
                        MessageStep.valueOf(rows.getString(1)),
                        new DeviceId(rows.getString(2)),
                        rows.getBytes(3)),
                round.task().text(),
                round.number()));
  }

  @Override
  public Future<List<Entry>> entries(RoundId round) {
    return database.read(
        connection -> {
          var sql =
              "select sequence, at, type, payload, checksum from round_events"
                  + " where task = ? and number = ? order by sequence";
          try (var statement = connection.prepareStatement(sql)) {
            Sql.bind(statement, round.task().text(), round.number());
            var entries = new ArrayList<Entry>();
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                entries.add(checked(round, entries.size(), rows));
              }
            }
            return entries;
          }
        });
  }

  @Override
  public Future<List<Row>> open() {
    return database.read(
        connection ->
            Sql.list(
                connection,
                "select " + ROW_COLUMNS + " from rounds where open = 1 order by task, number",
                SqlRoundJournal::row));
  }

  @Override
  public Future<List<Row>> newest(Optional<TaskName> task, int limit) {
    return database.read(
        connection ->
            task.isPresent()
                ? Sql.list(
                    connection,
                    "select "
                        + ROW_COLUMNS
                        + " from rounds where task = ? order by number desc limit ?",
                    SqlRoundJournal::row,
                    task.get().text(),
                    limit)
                : Sql.list(
                    connection,
                    "select "
                        + ROW_COLUMNS
                        + " from rounds order by planned_at desc, task, number desc limit ?",
                    SqlRoundJournal::row,
                    limit));
  }

  @Override
  public Future<Optional<Row>> row(RoundId round) {
    return database.read(
        connection ->
            Sql.list(
                    connection,
                    "select " + ROW_COLUMNS + " from rounds where task = ? and number = ?",
                    SqlRoundJournal::row,
                    round.task().text(),
                    round.number())
                .stream()
                .findFirst());
  }

  @Override
  public Future<Optional<Upload>> upload(RoundId round, DeviceId device) {
    return database.read(
        connection ->
            Sql.list(
                    connection,
                    "select device_id, upload_id, sha256 from counted_uploads where task = ? and"
                        + " number = ? and device_id = ?",
                    rows ->
                        new Upload(
                            new DeviceId(rows.getString(1)),
                            new UploadId(rows.getString(2)),
                            rows.getString(3)),
                    round.task().text(),
                    round.number(),
                    device.text())
                .stream()
                .findFirst());
  }

  @Override
  public Future<Boolean> enrolled(RoundId round, DeviceId device) {
    return database.read(
        connection ->
            !Sql.list(
                    connection,
                    "select 1 from round_events where task = ? and number = ? and type ="
                        + " 'device-enrolled' and payload like ? limit 1",
                    rows -> true,
                    round.task().text(),
                    round.number(),
                    "%\"" + device.text() + "\"%")
                .isEmpty());
  }

  @Override
  public Future<List<Tally>> tallies() {
    return database.read(
        connection ->
            Sql.list(
                connection,
                "select task, max(number), sum(case when state = ? then 1 else 0 end) from rounds"
                    + " group by task",
                rows ->
                    new Tally(new TaskName(rows.getString(1)), rows.getLong(2), rows.getLong(3)),
                PUBLISHED));
  }

  @Override
  public Future<List<Participation>> participations(TaskName task) {
    return database.read(
        connection ->
            Sql.list(
                connection,
                "select c.device_id, max(c.number), max(r.changed_at) from counted_uploads c"
                    + " join rounds r on r.task = c.task and r.number = c.number"
                    + " where c.task = ? and r.state = ? group by c.device_id",
                rows ->
                    new Participation(
                        new DeviceId(rows.getString(1)),
                        rows.getLong(2),
                        Instant.ofEpochMilli(rows.getLong(3))),
                task.text(),
                PUBLISHED));
  }

  private void upsert(Connection connection, Row row) throws SQLException {
    Sql.update(
        connection,
        "insert into rounds("
            + ROW_COLUMNS
            + ", epoch) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict(task,"
            + " number) do update set state = excluded.state, open = excluded.open, base_digest ="
            + " excluded.base_digest, result_digest = excluded.result_digest, selected ="
            + " excluded.selected, counted = excluded.counted, dropped = excluded.dropped,"
            + " changed_at = excluded.changed_at, reason = excluded.reason, metrics ="
            + " excluded.metrics, epoch = excluded.epoch",
        row.round().task().text(),
        row.round().number(),
        row.kind(),
        row.state(),
        row.open() ? 1 : 0,
        row.baseDigest(),
        row.resultDigest(),
        row.selectedCount(),
        row.countedCount(),
        row.droppedCount(),
        row.targetCount(),
        row.minimumCount(),
        row.plannedAt().toEpochMilli(),
        row.changedAt().toEpochMilli(),
        row.reason(),
        row.metrics(),
        database.ownership().epoch());
  }

  private void insert(Connection connection, RoundId round, int sequence, Entry entry)
      throws SQLException {
    int expected =
        Sql.list(
                connection,
                "select coalesce(max(sequence) + 1, 0) from round_events where task = ? and number"
                    + " = ?",
                rows -> rows.getInt(1),
                round.task().text(),
                round.number())
            .getFirst();
    if (sequence
        != expected) { // an event before it was refused: what was decided after that never happened
      throw new StoreException(
          StoreException.Kind.FAILED,
          "round " + round + " expects entry " + expected + ", not " + sequence);
    }
    Sql.update(
        connection,
        "insert into round_events(task, number, sequence, at, type, payload, checksum, epoch)"
            + " values(?, ?, ?, ?, ?, ?, ?, ?)",
        round.task().text(),
        round.number(),
        sequence,
        entry.at().toEpochMilli(),
        entry.type(),
        entry.payload(),
        checksum(entry.payload()),
        database.ownership().epoch());
  }

  private static void insert(Connection connection, RoundId round, Upload upload, Instant at)
      throws SQLException {
    Sql.update(
        connection,
        "insert into counted_uploads(task, number, device_id, upload_id, sha256, counted_at)"
            + " values(?, ?, ?, ?, ?, ?)",
        round.task().text(),
        round.number(),
        upload.device().text(),
        upload.upload().text(),
        upload.sha256(),
        at.toEpochMilli());
  }

  private static Entry checked(RoundId round, int expectedSequence, ResultSet rows)
      throws SQLException {
    String payload = rows.getString("payload");
    long computed = checksum(payload);
    if (rows.getInt("sequence") != expectedSequence || rows.getLong("checksum") != computed) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "journal of round "
              + round
              + " is damaged at entry "
              + expectedSequence
              + ": found entry "
              + rows.getInt("sequence")
              + " with checksum "
              + rows.getLong("checksum")
              + ", computed "
              + computed);
    }
    return new Entry(Instant.ofEpochMilli(rows.getLong("at")), rows.getString("type"), payload);
  }

  private static Row row(ResultSet rows) throws SQLException {
    return new Row(
        new RoundId(new TaskName(rows.getString("task")), rows.getLong("number")),
        rows.getString("kind"),
        rows.getString("state"),
        rows.getInt("open") == 1,
        rows.getString("base_digest"),
        rows.getString("result_digest"),
        rows.getInt("selected"),
        rows.getInt("counted"),
        rows.getInt("dropped"),
        rows.getInt("target"),
        rows.getInt("minimum"),
        Instant.ofEpochMilli(rows.getLong("planned_at")),
        Instant.ofEpochMilli(rows.getLong("changed_at")),
        rows.getString("reason"),
        rows.getString("metrics"));
  }

  private static long checksum(String payload) {
    var crc = new CRC32C();
    crc.update(payload.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
