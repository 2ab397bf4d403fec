package dev.tributary.coordinator.store;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.TaskName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Populations and tasks in tables. */
public final class SqlTaskStore implements TaskStore {
  private final StateStore database;

  public SqlTaskStore(StateStore database) {
    this.database = database;
  }

  @Override
  public Future<Boolean> addPopulation(PopulationName name, Instant at) {
    return database.write(
        connection ->
            Sql.update(
                    connection,
                    "insert into populations(name, created_at) values(?, ?) on conflict(name) do"
                        + " nothing",
                    name.text(),
                    at.toEpochMilli())
                == 1);
  }

  @Override
  public Future<List<PopulationName>> populations() {
    return database.read(
        connection ->
            Sql.list(
                connection,
                "select name from populations order by name",
                rows -> new PopulationName(rows.getString(1))));
  }

  @Override
  public Future<Boolean> addTask(StoredTask task, SqlWork<?> alongside) {
    return database.write(
        connection -> {
          int added =
              Sql.update(
                  connection,
                  "insert into tasks(name, population, config, status, reason, created_at,"
                      + " updated_at) values(?, ?, ?, ?, ?, ?, ?) on conflict(name) do nothing",
                  task.name().text(),
                  task.population().text(),
                  task.configJson(),
                  task.status().name(),
                  task.reason(),
                  task.createdAt().toEpochMilli(),
                  task.createdAt().toEpochMilli());
          if (added == 1) {
            alongside.run(connection);
          }
          return added == 1;
        });
  }

  @Override
  public Future<List<StoredTask>> tasks() {
    return database.read(
        connection ->
            Sql.list(
                connection,
                "select name, population, config, status, reason, created_at, updated_at, begun_with"
                    + " from tasks order by name",
                rows ->
                    new StoredTask(
                        new TaskName(rows.getString(1)),
                        new PopulationName(rows.getString(2)),
                        rows.getString(3),
                        TaskStatus.valueOf(rows.getString(4)),
                        rows.getString(5),
                        Instant.ofEpochMilli(rows.getLong(6)),
                        Instant.ofEpochMilli(rows.getLong(7)),
                        rows.getLong(8))));
  }

  @Override
  public Future<Integer> beginAgain(TaskName name, long publishedCount, String reason, Instant at) {
    return database.write(
        connection ->
            Sql.update(
                connection,
                "update tasks set status = ?, reason = ?, updated_at = ?, begun_with = ? where name"
                    + " = ?",
                TaskStatus.RUNNING.name(),
                reason,
                at.toEpochMilli(),
                publishedCount,
                name.text()));
  }

  @Override
  public Future<Integer> setStatus(TaskName name, TaskStatus status, String reason, Instant at) {
    return database.write(
        connection ->
            Sql.update(
                connection,
                "update tasks set status = ?, reason = ?, updated_at = ? where name = ?",
                status.name(),
                reason,
                at.toEpochMilli(),
                name.text()));
  }
}
