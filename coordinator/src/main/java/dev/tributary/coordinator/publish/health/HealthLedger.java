package dev.tributary.coordinator.publish.health;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue;
import dev.tributary.coordinator.publish.rollout.VersionHealth;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.coordinator.store.StateStore;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sums of health reports, by version and hour. A report and its device's sequence are written
 * together, so that a report that comes again is not added again. Any thread.
 *
 * <p>One device must not decide for all: of a report at most {@value #MOST_CALLS} calls count, with
 * the failures among them in proportion, and reports of a device about the same version that come
 * faster than the interval are passed over. So are those about a version that was never published
 * here, or a device could fill the tables with names that it made up.
 */
public final class HealthLedger {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private static final long MOST_CALLS = 1_000;
  private static final long MOST_LOADS = 10;

  private final StateStore database;
  private final InstantSource clock;
  private final Duration interval;

  /**
   * @param interval between two reports of one device about one version, at least, for both to
   *     count
   */
  public HealthLedger(StateStore database, InstantSource clock, Duration interval) {
    this.database = database;
    this.clock = clock;
    this.interval = interval;
  }

  /** Adds a report of a device of the population; whether it counted. */
  public Future<Boolean> add(PopulationName population, DeviceId device, HealthReport report) {
    Instant now = clock.instant();
    return database.write(connection -> add(connection, population, device, capped(report), now));
  }

  private static HealthReport capped(HealthReport report) {
    double callShare = Math.min(1, (double) MOST_CALLS / Math.max(1, report.calls()));
    double loadShare = Math.min(1, (double) MOST_LOADS / Math.max(1, report.loads()));
    long[] latency = report.latency().toArray();
    for (int i = 0; i < latency.length; i++) {
      latency[i] = part(latency[i], callShare);
    }
    var capped = LatencyHistogram.of(latency);
    long callFailures = part(report.callFailures(), callShare);
    return new HealthReport(
        report.sequence(),
        report.manifest(),
        part(report.loads(), loadShare),
        part(report.loadFailures(), loadShare),
        capped.total() + callFailures,
        callFailures,
        Math.min(MOST_LOADS, report.crashes()),
        capped,
        report.refusal());
  }

  private static long part(long count, double share) {
    return Math.round(count * share);
  }

  private boolean add(
      Connection connection,
      PopulationName population,
      DeviceId device,
      HealthReport report,
      Instant now)
      throws SQLException {
    int newer =
        Sql.update(
            connection,
            "insert into device_reports(device_id, sequence, at, refusal) values(?, ?, ?, ?)"
                + " on conflict(device_id) do update set sequence = excluded.sequence,"
                + " at = excluded.at, refusal = excluded.refusal"
                + " where device_reports.sequence < excluded.sequence",
            device.toString(),
            report.sequence(),
            now.toEpochMilli(),
            report.refusal());
    String manifest = HexFormat.of().formatHex(report.manifest().toByteArray());
    boolean countsNothing = report.loads() == 0 && report.calls() == 0 && report.crashes() == 0;
    if (newer == 0
        || countsNothing // says why an update was refused, and nothing of a version
        || VersionCatalogue.manifest(connection, new FileDigest(manifest)).isEmpty()) {
      return false;
    }
    int due =
        Sql.update(
            connection,
            "insert into device_versions(manifest, device_id, population, last_at)"
                + " values(?, ?, ?, ?) on conflict(manifest, device_id) do update set"
                + " last_at = excluded.last_at where device_versions.last_at <= ?",
            manifest,
            device.toString(),
            population.text(),
            now.toEpochMilli(),
            now.minus(interval).toEpochMilli());
    if (due == 0) {
      return false;
    }
    long hour = now.toEpochMilli() / HOUR_MILLIS;
    LatencyHistogram before =
        Sql.list(
                connection,
                "select latency from version_health where population = ? and manifest = ?"
                    + " and hour = ?",
                rows -> latency(rows.getString(1)),
                population.text(),
                manifest,
                hour)
            .stream()
            .findFirst()
            .orElseGet(LatencyHistogram::empty);
    Sql.update(
        connection,
        "insert into version_health(population, manifest, hour, loads, load_failures, calls,"
            + " call_failures, crashes, latency) values(?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " on conflict(population, manifest, hour) do update set"
            + " loads = version_health.loads + excluded.loads,"
            + " load_failures = version_health.load_failures + excluded.load_failures,"
            + " calls = version_health.calls + excluded.calls,"
            + " call_failures = version_health.call_failures + excluded.call_failures,"
            + " crashes = version_health.crashes + excluded.crashes,"
            + " latency = excluded.latency",
        population.text(),
        manifest,
        hour,
        report.loads(),
        report.loadFailures(),
        report.calls(),
        report.callFailures(),
        report.crashes(),
        text(before.plus(report.latency())));
    return true;
  }

  /**
   * What was reported of a version since an instant, counted from the full hour in which it lies.
   */
  public Future<VersionHealth> since(
      PopulationName population, FileDigest manifest, Instant since) {
    long hour = since.toEpochMilli() / HOUR_MILLIS;
    return database.read(
        connection -> {
          long devices =
              Sql.list(
                      connection,
                      "select count(*) from device_versions where manifest = ? and population = ?"
                          + " and last_at >= ?",
                      rows -> rows.getLong(1),
                      manifest.hex(),
                      population.text(),
                      hour * HOUR_MILLIS)
                  .getFirst();
          return Sql.list(
                  connection,
                  "select loads, load_failures, calls, call_failures, crashes, latency"
                      + " from version_health where population = ? and manifest = ?"
                      + " and hour >= ?",
                  HealthLedger::hour,
                  population.text(),
                  manifest.hex(),
                  hour)
              .stream()
              .reduce(
                  new VersionHealth(devices, 0, 0, 0, 0, 0, LatencyHistogram.empty()),
                  HealthLedger::sum);
        });
  }

  /** Why devices did not take their last update, and how many. */
  public Future<Map<String, Long>> refusals() {
    return database.read(
        connection -> {
          Map<String, Long> counts = new TreeMap<>();
          Sql.list(
              connection,
              "select refusal, count(*) from device_reports where refusal <> '' group by refusal",
              rows -> counts.put(rows.getString(1), rows.getLong(2)));
          return counts;
        });
  }

  private static VersionHealth hour(ResultSet rows) throws SQLException {
    return new VersionHealth(
        0,
        rows.getLong(1),
        rows.getLong(2),
        rows.getLong(3),
        rows.getLong(4),
        rows.getLong(5),
        latency(rows.getString(6)));
  }

  private static VersionHealth sum(VersionHealth a, VersionHealth b) {
    return new VersionHealth(
        a.devices(),
        a.loads() + b.loads(),
        a.loadFailures() + b.loadFailures(),
        a.calls() + b.calls(),
        a.callFailures() + b.callFailures(),
        a.crashes() + b.crashes(),
        a.latency().plus(b.latency()));
  }

  private static LatencyHistogram latency(String text) {
    return LatencyHistogram.of(
        List.of(text.split(" ", -1)).stream().mapToLong(Long::parseLong).toArray());
  }

  private static String text(LatencyHistogram latency) {
    return Arrays.stream(latency.toArray())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }
}
