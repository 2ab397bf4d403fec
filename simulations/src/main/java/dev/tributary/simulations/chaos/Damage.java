package dev.tributary.simulations.chaos;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.simulations.chaos.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Damages what a coordinator has on disk, while none runs. One thread at a time. */
record Damage(World world) {
  private static final Duration DOWN = Duration.ofSeconds(4);

  private record Entry(RoundId round, int sequence, String payload) {}

  /**
   * Flips a bit in the journal of an open round, or cuts off its end.
   *
   * @return false when no round is open: nothing was done
   */
  boolean journal(boolean truncated) {
    try {
      List<Entry> entries = entries();
      if (entries.isEmpty()) {
        return false;
      }
      world.kill(DOWN, false);
      Entry entry = entries.get(random(entries.size()));
      if (truncated) {
        change("delete from round_events where task = ? and number = ? and sequence >= ?", entry);
      } else {
        char[] payload = entry.payload().toCharArray();
        int at = random(payload.length);
        payload[at] = (char) (payload[at] ^ 1);
        change(
            "update round_events set payload = '"
                + new String(payload).replace("'", "''")
                + "' where task = ? and number = ? and sequence = ?",
            entry);
      }
      world.damaged(entry.round());
      return true;
    } catch (SQLException e) {
      throw new IllegalStateException("the simulated database does not answer", e);
    }
  }

  private List<Entry> entries() throws SQLException {
    return Sql.list(
        database(),
        "select e.task, e.number, e.sequence, e.payload from round_events e join rounds r"
            + " on r.task = e.task and r.number = e.number where r.open = 1"
            + " order by e.number, e.sequence",
        rows ->
            new Entry(
                new RoundId(new TaskName(rows.getString(1)), rows.getLong(2)),
                rows.getInt(3),
                rows.getString(4)));
  }

  private void change(String sql, Entry entry) throws SQLException {
    Sql.update(
        database(), sql, entry.round().task().text(), entry.round().number(), entry.sequence());
  }

  /**
   * Flips a bit in a checkpoint, or cuts off its end.
   *
   * @return false when there is none: nothing was done
   */
  boolean checkpoint(boolean truncated) {
    try {
      List<Path> files = checkpoints();
      if (files.isEmpty()) {
        return false;
      }
      world.kill(DOWN, false);
      Path file = files.get(random(files.size()));
      byte[] bytes = Files.readAllBytes(file);
      int at = random(bytes.length);
      bytes[at] = (byte) (bytes[at] ^ 1);
      Files.write(file, truncated ? Arrays.copyOf(bytes, at) : bytes);
      world.faults().add(Fault.STATE_DAMAGED);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> all = Files.walk(world.storage().folder().resolve("sums"))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Connection database() {
    return world.storage().database();
  }

  private int random(int bound) {
    return world.time().random().nextInt(bound);
  }
}
