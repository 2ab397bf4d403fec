package dev.tributary.simulations.chaos.oracle;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What must hold of the database at any moment: a journal only grows, a version that was published
 * stays, an end is final, and what was acknowledged is on disk. One thread at a time.
 */
public final class StateOracle {
  private static final String NO_REASON = ": no reason";

  private final Violations violations;
  private final Acknowledged acknowledged;
  private final Map<RoundId, List<String>> histories = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();
  private final Map<RoundId, String> ends = new HashMap<>();
  private final Set<RoundId> damaged = new HashSet<>();
  private final Function<String, Optional<Integer>> deviceOf;

  StateOracle(
      Violations violations,
      Acknowledged acknowledged,
      Function<String, Optional<Integer>> deviceOf) {
    this.violations = violations;
    this.acknowledged = acknowledged;
    this.deviceOf = deviceOf;
  }

  /** Somebody damages the journal of this round: it says nothing any more. */
  public void damage(RoundId round) {
    damaged.add(round);
  }

  boolean isDamaged(RoundId round) {
    return damaged.contains(round);
  }

  /** Looks at the database. */
  public void look(Connection database) throws SQLException {
    histories(database);
    versions(database);
    ends(database);
    acknowledged(database);
  }

  private void histories(Connection database) throws SQLException {
    var now = Histories.read(database);
    for (var before : histories.entrySet()) {
      var grown = now.getOrDefault(before.getKey(), List.of());
      int length = before.getValue().size();
      boolean same = grown.size() >= length && grown.subList(0, length).equals(before.getValue());
      if (!same && !isDamaged(before.getKey())) {
        violations.add("the journal of round " + before.getKey() + " has changed");
      }
    }
    histories.putAll(now);
  }

  private void versions(Connection database) throws SQLException {
    Map<String, String> now = new HashMap<>();
    Sql.list(
        database,
        "select task, version, digest from model_versions",
        rows -> now.put(rows.getString(1) + " " + rows.getLong(2), rows.getString(3)));
    versions.forEach(
        (version, digest) -> {
          if (!digest.equals(now.get(version))) {
            violations.add("published version " + version + " is gone or another");
          }
        });
    versions.putAll(now);
  }

  private void ends(Connection database) throws SQLException {
    Map<RoundId, String> now = new HashMap<>();
    Sql.list(
        database,
        "select task, number, state, reason from rounds where open = 0",
        rows ->
            now.put(
                round(rows.getString(1), rows.getLong(2)),
                rows.getString(3) + ": " + reason(rows.getString(4))));
    ends.forEach(
        (round, end) -> {
          if (!end.equals(now.get(round))) {
            violations.add(
                "round %s had ended (%s) and has not any more (%s)"
                    .formatted(round, end, now.get(round)));
          }
        });
    now.forEach(
        (round, end) -> {
          if (end.endsWith(NO_REASON)) {
            violations.add("round " + round + " ended without a reason");
          }
        });
    ends.putAll(now);
  }

  private static String reason(String recorded) {
    return recorded.isBlank() ? "no reason" : recorded;
  }

  private void acknowledged(Connection database) throws SQLException {
    record Counted(RoundId round, String device) {}
    Map<RoundId, Set<Integer>> counted = new HashMap<>();
    Sql.list(
            database,
            "select task, number, device_id from counted_uploads",
            rows -> new Counted(round(rows.getString(1), rows.getLong(2)), rows.getString(3)))
        .forEach(
            upload ->
                deviceOf
                    .apply(upload.device())
                    .ifPresent(
                        device ->
                            counted
                                .computeIfAbsent(upload.round(), missing -> new HashSet<>())
                                .add(device)));
    for (RoundId round : acknowledged.rounds()) {
      var lost = new ArrayList<>(acknowledged.in(round));
      lost.removeAll(counted.getOrDefault(round, Set.of()));
      if (!lost.isEmpty()) {
        violations.add(
            "lost acknowledgement: uploads of devices %s in round %s are not on disk"
                .formatted(lost, round));
      }
    }
  }

  private static RoundId round(String task, long number) {
    return new RoundId(new TaskName(task), number);
  }
}
