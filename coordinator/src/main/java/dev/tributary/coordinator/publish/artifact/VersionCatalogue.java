package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.store.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The SQL about artifacts, deltas and manifests. Runs on threads of the store. */
public final class VersionCatalogue {

  private VersionCatalogue() {}

  /**
   * A version in another form.
   *
   * @param details JSON: codecs, and the specification where it is another
   */
  public record ArtifactRow(
      ModelDigest version, ArtifactKind kind, FileDigest file, long bytes, String details) {}

  public static void put(Connection connection, ArtifactRow row, Instant now) throws SQLException {
    Sql.update(
        connection,
        "insert into artifacts(version, kind, digest, bytes, details, created_at)"
            + " values(?, ?, ?, ?, ?, ?) on conflict(version, kind) do update set"
            + " digest = excluded.digest, bytes = excluded.bytes, details = excluded.details,"
            + " created_at = excluded.created_at",
        row.version().hex(),
        row.kind().code(),
        row.file().hex(),
        row.bytes(),
        row.details(),
        now.toEpochMilli());
  }

  public static List<ArtifactRow> artifacts(Connection connection, ModelDigest version)
      throws SQLException {
    return Sql.list(
        connection,
        "select kind, digest, bytes, details from artifacts where version = ? order by kind",
        rows ->
            new ArtifactRow(
                version,
                ArtifactKind.ofCode(rows.getString(1)).orElseThrow(),
                new FileDigest(rows.getString(2)),
                rows.getLong(3),
                rows.getString(4)),
        version.hex());
  }

  /** The artifacts with this file, the newest first. */
  public static List<ArtifactRow> artifacts(Connection connection, FileDigest file)
      throws SQLException {
    return Sql.list(
        connection,
        "select version, kind, bytes, details from artifacts where digest = ?"
            + " order by created_at desc, version, kind",
        rows ->
            new ArtifactRow(
                new ModelDigest(rows.getString(1)),
                ArtifactKind.ofCode(rows.getString(2)).orElseThrow(),
                file,
                rows.getLong(3),
                rows.getString(4)),
        file.hex());
  }

  /** Of all versions. */
  public static List<ArtifactRow> artifacts(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        "select version, kind, digest, bytes, details from artifacts order by version, kind",
        rows ->
            new ArtifactRow(
                new ModelDigest(rows.getString(1)),
                ArtifactKind.ofCode(rows.getString(2)).orElseThrow(),
                new FileDigest(rows.getString(3)),
                rows.getLong(4),
                rows.getString(5)));
  }

  public static void put(Connection connection, DeltaEntry delta, Instant now) throws SQLException {
    Sql.update(
        connection,
        "insert into deltas(kind, base, target, digest, bytes, created_at)"
            + " values(?, ?, ?, ?, ?, ?) on conflict(kind, base, target) do nothing",
        delta.kind().code(),
        delta.from().hex(),
        delta.to().hex(),
        delta.file().hex(),
        delta.bytes(),
        now.toEpochMilli());
  }

  public static void putManifest(
      Connection connection, FileDigest manifest, ModelDigest version, byte[] content, Instant now)
      throws SQLException {
    Sql.update(
        connection,
        "insert into manifests(digest, version, content, created_at) values(?, ?, ?, ?)"
            + " on conflict(digest) do nothing",
        manifest.hex(),
        version.hex(),
        new String(content, StandardCharsets.UTF_8),
        now.toEpochMilli());
  }

  public static Optional<String> manifest(Connection connection, FileDigest manifest)
      throws SQLException {
    return Sql.list(
            connection,
            "select content from manifests where digest = ?",
            rows -> rows.getString(1),
            manifest.hex())
        .stream()
        .findFirst();
  }

  /** The manifests of a version, the newest first. */
  public static List<FileDigest> manifestsOf(Connection connection, ModelDigest version)
      throws SQLException {
    return Sql.list(
        connection,
        "select digest from manifests where version = ? order by created_at desc, digest",
        rows -> new FileDigest(rows.getString(1)),
        version.hex());
  }

  public static List<FileDigest> manifests(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        "select digest from manifests order by created_at, digest",
        rows -> new FileDigest(rows.getString(1)));
  }

  /** Notes that a file was made here, of nothing but its version. */
  public static void putMade(Connection connection, FileDigest file) throws SQLException {
    Sql.update(
        connection,
        "insert into made_files(file) values(?) on conflict(file) do nothing",
        file.hex());
  }

  /** Whether a file was made here. */
  public static boolean isMade(Connection connection, FileDigest file) throws SQLException {
    return !Sql.list(
            connection,
            "select file from made_files where file = ?",
            rows -> rows.getString(1),
            file.hex())
        .isEmpty();
  }

  /** Keeps what was measured of a file; a later measurement on the same data takes its place. */
  public static void put(
      Connection connection, FileDigest file, String data, ModelMetrics metrics, Instant now)
      throws SQLException {
    Sql.update(
        connection,
        "insert into file_metrics(file, data, metrics, measured_at) values(?, ?, ?, ?)"
            + " on conflict(file, data) do update set metrics = excluded.metrics,"
            + " measured_at = excluded.measured_at",
        file.hex(),
        data,
        metrics.toJson(),
        now.toEpochMilli());
  }

  /** What was measured of a file, by data. */
  public static NavigableMap<String, ModelMetrics> metrics(Connection connection, FileDigest file)
      throws SQLException {
    NavigableMap<String, ModelMetrics> byData = new TreeMap<>();
    Sql.list(
            connection,
            "select data, metrics from file_metrics where file = ?",
            rows -> Map.entry(rows.getString(1), ModelMetrics.fromJson(rows.getString(2))),
            file.hex())
        .forEach(row -> byData.put(row.getKey(), row.getValue()));
    return byData;
  }

  /** Forgets what names none of these files any more. */
  public static void forget(Connection connection, Set<FileDigest> manifests, Set<FileDigest> files)
      throws SQLException {
    for (FileDigest manifest : manifests) {
      Sql.update(connection, "delete from manifests where digest = ?", manifest.hex());
    }
    for (FileDigest file : files) {
      Sql.update(connection, "delete from artifacts where digest = ?", file.hex());
      Sql.update(connection, "delete from file_metrics where file = ?", file.hex());
      Sql.update(connection, "delete from made_files where file = ?", file.hex());
      Sql.update(
          connection,
          "delete from deltas where digest = ? or base = ? or target = ?",
          file.hex(),
          file.hex(),
          file.hex());
    }
  }
}
