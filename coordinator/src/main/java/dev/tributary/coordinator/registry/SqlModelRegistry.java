package dev.tributary.coordinator.registry;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StateStore;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The registry in tables. */
public final class SqlModelRegistry implements ModelRegistry {
  private static final String COLUMNS =
      "task, version, digest, parent, round_number, bytes, devices,"
          + " optimizer_digest, metrics, created_at";
  private static final int DIGESTS_A_QUERY = 500;
  private static final String SELECT = "select " + COLUMNS + " from model_versions ";

  private final StateStore database;

  public SqlModelRegistry(StateStore database) {
    this.database = database;
  }

  @Override
  public SqlWork<Integer> adding(ModelVersion version) {
    return connection ->
        Sql.update(
            connection,
            "insert into model_versions(" + COLUMNS + ") values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            version.task().text(),
            version.version(),
            version.digest().hex(),
            version.parent().map(ModelDigest::hex).orElse(""),
            version.round().map(RoundId::number).orElse(0L),
            version.bytes(),
            version.devices(),
            version.optimizerState().map(ModelDigest::hex).orElse(""),
            version.metrics().map(ModelMetrics::toJson).orElse(""),
            version.createdAt().toEpochMilli());
  }

  @Override
  public SqlWork<Integer> adding(ModelDigest evaluated, FederatedEvaluation evaluation) {
    return connection ->
        Sql.update(
            connection,
            "insert into model_evaluations(eval_task, round_number, digest, devices, metrics,"
                + " created_at) values(?, ?, ?, ?, ?, ?)",
            evaluation.round().task().text(),
            evaluation.round().number(),
            evaluated.hex(),
            evaluation.devices(),
            evaluation.metrics().toJson(),
            evaluation.at().toEpochMilli());
  }

  @Override
  public Future<Optional<ModelVersion>> latest(TaskName task) {
    return database.read(
        connection ->
            versions(
                    connection,
                    SELECT + "where task = ? order by version desc limit 1",
                    task.text())
                .stream()
                .findFirst());
  }

  @Override
  public Future<List<ModelVersion>> versions(Optional<TaskName> task) {
    return database.read(
        connection ->
            task.isPresent()
                ? versions(
                    connection, SELECT + "where task = ? order by version desc", task.get().text())
                : versions(connection, SELECT + "order by created_at desc, task, version desc"));
  }

  @Override
  public Future<Set<ModelDigest>> digests() {
    return database.read(
        connection ->
            Set.copyOf(
                Sql.list(
                    connection,
                    "select distinct digest from model_versions",
                    rows -> new ModelDigest(rows.getString(1)))));
  }

  @Override
  public Future<List<ModelVersion>> page(
      Optional<TaskName> task, Optional<Place> after, int limit) {
    List<Object> values = new ArrayList<>();
    String where = "where 1 = 1";
    if (task.isPresent()) {
      where += " and task = ?";
      values.add(task.get().text());
    }
    if (after.isPresent()) {
      where +=
          " and exists (select 1 from model_versions a where a.task = ? and a.version = ?"
              + " and (model_versions.created_at < a.created_at"
              + " or model_versions.created_at = a.created_at and (model_versions.task > a.task"
              + " or model_versions.task = a.task and model_versions.version < a.version)))";
      values.add(after.get().task().text());
      values.add(after.get().version());
    }
    values.add(limit);
    String sql = SELECT + where + " order by created_at desc, task, version desc limit ?";
    return database.read(connection -> versions(connection, sql, values.toArray()));
  }

  @Override
  public Future<List<ModelVersion>> withDigest(ModelDigest digest) {
    return database.read(
        connection ->
            versions(connection, SELECT + "where digest = ? order by task, version", digest.hex()));
  }

  private static List<ModelVersion> versions(Connection connection, String sql, Object... values)
      throws SQLException {
    var versions = Sql.list(connection, sql, SqlModelRegistry::version, values);
    var digests = versions.stream().map(version -> version.digest().hex()).distinct().toList();
    Map<String, List<FederatedEvaluation>> evaluations = new HashMap<>();
    for (int from = 0; from < digests.size(); from += DIGESTS_A_QUERY) {
      var some = digests.subList(from, Math.min(digests.size(), from + DIGESTS_A_QUERY));
      evaluations.putAll(evaluations(connection, some));
    }
    return versions.stream()
        .map(version -> with(version, evaluations.getOrDefault(version.digest().hex(), List.of())))
        .toList();
  }

  private static ModelVersion with(ModelVersion version, List<FederatedEvaluation> evaluations) {
    ModelVersion whole = version;
    for (var evaluation : evaluations) {
      whole = whole.with(evaluation);
    }
    return whole;
  }

  private static ModelVersion version(ResultSet rows) throws SQLException {
    var task = new TaskName(rows.getString("task"));
    var digest = new ModelDigest(rows.getString("digest"));
    long roundNumber = rows.getLong("round_number");
    return new ModelVersion(
        task,
        rows.getLong("version"),
        digest,
        digest(rows.getString("parent")),
        roundNumber == 0 ? Optional.empty() : Optional.of(new RoundId(task, roundNumber)),
        rows.getLong("bytes"),
        rows.getInt("devices"),
        metrics(rows.getString("metrics")),
        digest(rows.getString("optimizer_digest")),
        Instant.ofEpochMilli(rows.getLong("created_at")),
        List.of());
  }

  /** By digest, the oldest first. */
  private static Map<String, List<FederatedEvaluation>> evaluations(
      Connection connection, List<String> digests) throws SQLException {
    Map<String, List<FederatedEvaluation>> found = new HashMap<>();
    Sql.list(
        connection,
        "select eval_task, round_number, devices, metrics, created_at, digest from"
            + " model_evaluations where digest in ("
            + String.join(", ", Collections.nCopies(digests.size(), "?"))
            + ") order by created_at, eval_task, round_number",
        rows ->
            found
                .computeIfAbsent(rows.getString(6), digest -> new ArrayList<>())
                .add(
                    new FederatedEvaluation(
                        new RoundId(new TaskName(rows.getString(1)), rows.getLong(2)),
                        rows.getInt(3),
                        ModelMetrics.fromJson(rows.getString(4)),
                        Instant.ofEpochMilli(rows.getLong(5)))),
        digests.toArray());
    return found;
  }

  private static Optional<ModelDigest> digest(String hex) {
    return hex.isEmpty() ? Optional.empty() : Optional.of(new ModelDigest(hex));
  }

  private static Optional<ModelMetrics> metrics(String json) {
    return json.isEmpty() ? Optional.empty() : Optional.of(ModelMetrics.fromJson(json));
  }
}
