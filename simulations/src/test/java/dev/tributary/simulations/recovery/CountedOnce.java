package dev.tributary.simulations.recovery;

import dev.tributary.aggregation.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Says what is wrong with a coordinator's state, from the outside: its database, its files, and the
 * receipts that devices hold. Each ended round must be published with exactly those in it whom the
 * journal and the model name, all who hold a receipt among them, once each; or have a reason. No
 * published version may ever change or vanish. Used by one thread.
 */
final class CountedOnce {

  private final Path state;
  private final Database database;
  private final String task;
  private final Map<Long, String> published = new TreeMap<>();

  /** How a round stands, by its row. */
  record Round(
      long number,
      String state,
      boolean open,
      String base,
      String result,
      Instant plannedAt,
      Instant changedAt,
      String reason) {}

  /** Where the database can be read. */
  interface Database {
    Path file() throws IOException;
  }

  CountedOnce(Path state, String task) {
    this(state, () -> state.resolve("tributary.db"), task);
  }

  CountedOnce(Path state, Database database, String task) {
    this.state = state;
    this.database = database;
    this.task = task;
  }

  /** Everything that is wrong; empty when nothing is. */
  List<String> violations(List<? extends RoundDevice> devices) throws SQLException, IOException {
    List<String> wrong = new ArrayList<>();
    try (Connection connection = open()) {
      checkVersions(connection, wrong);
      for (Round round : rounds(connection)) {
        if (!round.open()) {
          check(connection, round, devices, wrong);
        }
      }
    }
    for (RoundDevice device : devices) {
      device.defects().forEach(defect -> wrong.add("device " + device.number() + ": " + defect));
    }
    return wrong;
  }

  List<Round> rounds() throws SQLException, IOException {
    try (Connection connection = open()) {
      return rounds(connection);
    }
  }

  /** Which of these devices the journal counts in a round. */
  Set<Integer> counted(long round, List<? extends RoundDevice> devices)
      throws SQLException, IOException {
    try (Connection connection = open()) {
      List<String> ids = counted(connection, round);
      Set<Integer> numbers = new TreeSet<>();
      for (RoundDevice device : devices) {
        if (ids.contains(device.id().text())) {
          numbers.add(device.number());
        }
      }
      return numbers;
    }
  }

  /** Number of the newest round that is published; 0 before the first. */
  long lastPublished() throws SQLException, IOException {
    return rounds().stream()
        .filter(round -> round.state().equals("Published"))
        .mapToLong(Round::number)
        .max()
        .orElse(0);
  }

  Connection open() throws SQLException, IOException {
    return DriverManager.getConnection("jdbc:sqlite:" + database.file() + "?busy_timeout=10000");
  }

  private void checkVersions(Connection connection, List<String> wrong)
      throws SQLException, IOException {
    Map<Long, String> found = new TreeMap<>();
    try (var query =
            connection.prepareStatement(
                "select version, digest from model_versions where task = ? order by version");
        var rows = bound(query).executeQuery()) {
      while (rows.next()) {
        found.put(rows.getLong(1), rows.getString(2));
      }
    }
    published.forEach(
        (version, digest) -> {
          if (!digest.equals(found.get(version))) {
            wrong.add("version " + version + " was " + digest + ", is " + found.get(version));
          }
        });
    published.putAll(found);
    for (String digest : found.values()) {
      if (!Files.isRegularFile(model(digest))) {
        wrong.add("the file of model " + digest + " has vanished");
      }
    }
  }

  private void check(
      Connection connection, Round round, List<? extends RoundDevice> devices, List<String> wrong)
      throws SQLException, IOException {
    String name = "round " + round.number();
    switch (round.state()) {
      case "Published" -> {
        Map<String, Integer> seats = new HashMap<>();
        devices.forEach(device -> seats.put(device.id().text(), device.number()));
        Set<Integer> journaled = new TreeSet<>();
        counted(connection, round.number())
            .forEach(id -> journaled.add(Objects.requireNonNull(seats.get(id))));
        Set<Integer> acknowledged = new TreeSet<>();
        for (RoundDevice device : devices) {
          if (device.receipts().contains(round.number())) {
            acknowledged.add(device.number());
          }
        }
        Set<Integer> summed = summed(round, journaled.size(), wrong);
        if (!summed.equals(journaled)) {
          wrong.add(name + ": in the sum are " + summed + ", in the journal " + journaled);
        }
        if (!summed.containsAll(acknowledged)) {
          wrong.add(name + ": receipts have " + acknowledged + ", in the sum are " + summed);
        }
      }
      case "Abandoned", "Failed" -> {
        if (round.reason().isBlank() || !round.result().isEmpty()) {
          wrong.add(name + " ended without a reason, or with a result: " + round);
        }
      }
      default -> wrong.add(name + " ended as " + round.state());
    }
  }

  /** Whose updates the model moved by. */
  private Set<Integer> summed(Round round, int count, List<String> wrong) throws IOException {
    float[] before = Safetensors.read(model(round.base())).values();
    float[] after = Safetensors.read(model(round.result())).values();
    Set<Integer> devices = new TreeSet<>();
    for (int weight = 0; weight < after.length; weight++) {
      double times = (double) (after[weight] - before[weight]) * count;
      long whole = Math.round(times);
      int device = weight - OneHotTrainer.weight(0, round.number());
      boolean own = device >= 0 && device < OneHotTrainer.DEVICES;
      if (Math.abs(times - whole) > 0.01 || whole < 0 || whole > 1 || (whole == 1 && !own)) {
        wrong.add(
            "round " + round.number() + ": weight " + weight + " counts " + times + " updates");
      } else if (whole == 1) {
        devices.add(device);
      }
    }
    return devices;
  }

  private List<String> counted(Connection connection, long round) throws SQLException {
    List<String> devices = new ArrayList<>();
    try (var query =
        connection.prepareStatement(
            "select device_id from counted_uploads where task = ? and number = ?")) {
      query.setLong(2, round);
      try (var rows = bound(query).executeQuery()) {
        while (rows.next()) {
          devices.add(rows.getString(1));
        }
      }
    }
    return devices;
  }

  private List<Round> rounds(Connection connection) throws SQLException {
    List<Round> rounds = new ArrayList<>();
    try (var query =
            connection.prepareStatement(
                "select number, state, open, base_digest, result_digest, planned_at, changed_at,"
                    + " reason from rounds where task = ? order by number");
        var rows = bound(query).executeQuery()) {
      while (rows.next()) {
        rounds.add(
            new Round(
                rows.getLong(1),
                rows.getString(2),
                rows.getInt(3) == 1,
                rows.getString(4),
                rows.getString(5),
                Instant.ofEpochMilli(rows.getLong(6)),
                Instant.ofEpochMilli(rows.getLong(7)),
                rows.getString(8)));
      }
    }
    return rounds;
  }

  private PreparedStatement bound(PreparedStatement query) throws SQLException {
    query.setString(1, task);
    return query;
  }

  private Path model(String digest) {
    return state.resolve("models").resolve(digest + ".safetensors");
  }
}
