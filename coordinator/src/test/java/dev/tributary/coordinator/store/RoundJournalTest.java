package dev.tributary.coordinator.store;

import static dev.tributary.coordinator.store.sqlite.DatabaseTest.failure;
import static dev.tributary.coordinator.store.sqlite.DatabaseTest.get;
import static dev.tributary.coordinator.store.sqlite.DatabaseTest.kind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.coordinator.store.RoundJournal.Entry;
import dev.tributary.coordinator.store.RoundJournal.Row;
import dev.tributary.coordinator.store.RoundJournal.Tally;
import dev.tributary.coordinator.store.RoundJournal.Upload;
import dev.tributary.coordinator.store.sqlite.Database;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundJournalTest {
  private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
  private static final TaskName TASK = new TaskName("digits");
  private static final RoundId ROUND = new RoundId(TASK, 1);
  private static final SqlWork<Integer> NOTHING = connection -> 0;

  private Database database;
  private RoundJournal journal;

  @BeforeEach
  void open(@TempDir Path directory) {
    database = Database.open(directory, AT);
    journal = new SqlRoundJournal(database);
    var tasks = new SqlTaskStore(database);
    get(tasks.addPopulation(new PopulationName("pens"), AT));
    get(
        tasks.addTask(
            new TaskStore.StoredTask(
                TASK, new PopulationName("pens"), "{}", TaskStatus.RUNNING, "created", AT, AT, 0),
            NOTHING));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void entries_readBackInOrder_withTheirRow() {
    get(append(0, "first", true));
    get(append(1, "second", false));

    assertThat(get(journal.entries(ROUND)).stream().map(Entry::payload))
        .containsExactly("first", "second");
    assertThat(get(journal.row(ROUND))).contains(row(false));
    assertThat(get(journal.open())).isEmpty();
    assertThat(get(journal.newest(Optional.of(TASK), 10))).containsExactly(row(false));
    assertThat(get(journal.tallies())).containsExactly(new Tally(TASK, 1, 1));
  }

  @Test
  void append_afterAGapOrTwice_isRefused() {
    get(append(0, "first", true));

    assertThat(failure(append(2, "third", true))).hasMessageContaining("expects entry 1, not 2");
    assertThat(failure(append(0, "again", true))).hasMessageContaining("expects entry 1, not 0");
    assertThat(get(journal.entries(ROUND))).hasSize(1);
  }

  @Test
  void append_whoseCompanionFails_leavesNothing() {
    var answer =
        journal.append(
            ROUND,
            0,
            entry("first"),
            row(true),
            List.of(),
            connection -> {
              throw new SQLException("on purpose");
            });

    assertThat(failure(answer)).isInstanceOf(StoreException.class);
    assertThat(get(journal.row(ROUND))).isEmpty();
  }

  @Test
  void upload_countedTwiceOfOneDevice_isRefusedByTheTables() {
    var device = new DeviceId("0".repeat(32));
    var first = new Upload(device, new UploadId("1".repeat(32)), "a".repeat(64));
    var second = new Upload(device, new UploadId("2".repeat(32)), "b".repeat(64));
    get(journal.append(ROUND, 0, entry("first"), row(true), List.of(first), NOTHING));

    var again = journal.append(ROUND, 1, entry("second"), row(true), List.of(second), NOTHING);

    assertThat(failure(again)).isInstanceOf(StoreException.class);
    assertThat(get(journal.upload(ROUND, device))).contains(first);
    assertThat(get(journal.entries(ROUND))).hasSize(1);
  }

  @Test
  void entry_thatWasChangedOnDisk_isNotTakenForTheTruth() {
    get(append(0, "first", true));
    get(
        database.write(
            connection -> Sql.update(connection, "update round_events set payload = 'First'")));

    assertThat(failure(journal.entries(ROUND))).satisfies(kind(StoreException.Kind.CORRUPT));
  }

  @Test
  void entry_thatIsMissing_isNoticed() {
    get(append(0, "first", true));
    get(append(1, "second", true));
    get(
        database.write(
            connection -> Sql.update(connection, "delete from round_events where sequence = 0")));

    assertThat(failure(journal.entries(ROUND))).satisfies(kind(StoreException.Kind.CORRUPT));
  }

  @Test
  void owner_thatWasReplaced_writesNothingMore() {
    get(append(0, "first", true));
    get(
        database.write(
            connection -> Sql.update(connection, "update leases set epoch = epoch + 1")));

    assertThat(failure(append(1, "second", true))).satisfies(kind(StoreException.Kind.NOT_OWNER));
    assertThat(get(journal.entries(ROUND))).hasSize(1);
  }

  @Test
  void participation_isOneInAPublishedRound_whenThatEnded() {
    var device = new DeviceId("0".repeat(32));
    var upload = new Upload(device, new UploadId("1".repeat(32)), "a".repeat(64));
    get(journal.append(ROUND, 0, entry("counted"), row(true), List.of(upload), NOTHING));
    assertThat(get(journal.participations(TASK))).isEmpty();

    var ended = row(false);
    var later =
        new Row(
            ROUND,
            ended.kind(),
            ended.state(),
            false,
            "",
            "",
            3,
            2,
            1,
            3,
            2,
            AT,
            AT.plusSeconds(9),
            "because",
            "");
    get(journal.append(ROUND, 1, entry("published"), later, List.of(), NOTHING));

    assertThat(get(journal.participations(TASK)))
        .containsExactly(new RoundJournal.Participation(device, 1, AT.plusSeconds(9)));
  }

  private Future<Integer> append(int sequence, String payload, boolean open) {
    return journal.append(ROUND, sequence, entry(payload), row(open), List.of(), NOTHING);
  }

  private static Entry entry(String payload) {
    return new Entry(AT, "a-type", payload);
  }

  private static Row row(boolean open) {
    return new Row(
        ROUND,
        "TRAINING",
        open ? "Collecting" : "Published",
        open,
        "",
        "",
        3,
        2,
        1,
        3,
        2,
        AT,
        AT,
        "because",
        "");
  }
}
