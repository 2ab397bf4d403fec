package dev.tributary.coordinator.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.coordinator.store.SqlTaskStore;
import dev.tributary.coordinator.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class DatabaseTest {
  private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir private Path directory;

  @Test
  void write_thatFails_takesNobodyWithIt() {
    try (var database = Database.open(directory, AT)) {
      var answers = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 100; i++) {
        String name = "p" + i % 90; // the last ten are duplicates
        answers.add(database.write(connection -> insert(connection, name)));
      }

      assertThat(answers.stream().filter(DatabaseTest::succeeds).count()).isEqualTo(90);
      assertThat(get(new SqlTaskStore(database).populations())).hasSize(90);
    }
  }

  @Test
  void write_halfDoneThenFailing_leavesNothing() {
    try (var database = Database.open(directory, AT)) {
      var answer =
          database.write(
              connection -> {
                insert(connection, "half");
                throw new IllegalStateException("on purpose");
              });

      assertThat(succeeds(answer)).isFalse();
      assertThat(get(new SqlTaskStore(database).populations())).isEmpty();
    }
  }

  @Test
  void submitted_completesInOrder() {
    try (var database = Database.open(directory, AT)) {
      var seen = new ArrayList<Integer>();
      var answers =
          IntStream.range(0, 200)
              .mapToObj(
                  i ->
                      database
                          .submit(connection -> insert(connection, "p" + i))
                          .onSuccess(one -> seen.add(i)))
              .toList();

      answers.forEach(DatabaseTest::get);

      assertThat(seen).isSorted().hasSize(200);
    }
  }

  @Test
  void listener_thatThrows_stopsNobody() {
    try (var database = Database.open(directory, AT)) {
      var heard = new CompletableFuture<Boolean>();
      var answer =
          database.submit(
              connection -> {
                heard.join(); // until the listener is there, so that the writer runs it
                return insert(connection, "first");
              });
      answer.onSuccess(
          one -> {
            throw new IllegalStateException("on purpose");
          });
      heard.complete(true);

      get(database.write(connection -> insert(connection, "second")));
      assertThat(get(new SqlTaskStore(database).populations())).hasSize(2);
    }
  }

  @Test
  void write_thatBreaksDown_isAnsweredWithItsBatch_andTheStoreStops() {
    try (var database = Database.open(directory, AT)) {
      get(database.write(connection -> insert(connection, "first")));
      var asked = new CompletableFuture<Boolean>();
      var ahead = database.write(connection -> asked.join() ? 1 : 0);
      var broken =
          database.write(
              connection -> {
                throw new OutOfMemoryError("on purpose");
              });
      var behind = database.write(connection -> insert(connection, "behind"));
      asked.complete(true);

      Boolean answered = get(ahead.transform(either -> Future.succeededFuture(true)));
      assertThat(answered).isTrue();
      assertThat(failure(broken)).satisfies(kind(StoreException.Kind.FAILED));
      assertThat(failure(behind)).isInstanceOf(StoreException.class);
      assertThat(failure(database.write(connection -> 1)))
          .satisfies(kind(StoreException.Kind.CLOSED))
          .hasMessageContaining("restart the coordinator");
    }
    try (var again = Database.open(directory, AT)) {
      assertThat(get(new SqlTaskStore(again).populations())).hasSize(1);
    }
  }

  @Test
  void read_afterClosing_isRefused() {
    var database = Database.open(directory, AT);
    database.close();

    assertThat(failure(new SqlTaskStore(database).populations()))
        .satisfies(kind(StoreException.Kind.CLOSED));
  }

  @Test
  void close_commitsWhatIsQueued() {
    var database = Database.open(directory, AT);
    var answers =
        IntStream.range(0, 50)
            .mapToObj(i -> database.write(connection -> insert(connection, "p" + i)))
            .toList();
    database.close();

    assertThat(answers).allMatch(DatabaseTest::succeeds);
    try (var again = Database.open(directory, AT)) {
      assertThat(get(new SqlTaskStore(again).populations())).hasSize(50);
    }
    assertThat(failure(database.write(connection -> 1)))
        .satisfies(kind(StoreException.Kind.CLOSED));
  }

  @Test
  void folder_ofARunningCoordinator_isRefused_andFreeAfterwards() {
    try (var database = Database.open(directory, AT)) {
      assertThat(database.ownership().epoch()).isEqualTo(1);
      assertThatThrownBy(() -> Database.open(directory, AT))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.NOT_OWNER))
          .hasMessageContaining(directory.toString());
    }
    try (var next = Database.open(directory, AT)) {
      assertThat(next.ownership().epoch()).isEqualTo(2);
    }
  }

  @Test
  void folder_thatIsAFile_isRefusedByName() throws Exception {
    Path file = Files.writeString(directory.resolve("taken"), "x");

    assertThatThrownBy(() -> Database.open(file, AT))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void file_thatIsNoDatabase_isRefusedAndTheFolderFreed() throws Exception {
    Files.writeString(
        directory.resolve("tributary.db"),
        "this is no database, and long enough to be looked at".repeat(99));

    assertThatThrownBy(() -> Database.open(directory, AT)).isInstanceOf(StoreException.class);

    Files.delete(directory.resolve("tributary.db"));
    Database.open(directory, AT).close();
  }

  @Test
  void answer_isHeardOnTheContextThatAsked() {
    var vertx = Vertx.vertx();
    try (var database = Database.open(directory, AT)) {
      var heard =
          Future.<Boolean>future(
              promise -> {
                var context = vertx.getOrCreateContext();
                context.runOnContext(
                    v ->
                        database
                            .write(connection -> insert(connection, "here"))
                            .onComplete(
                                done -> promise.complete(context.equals(Vertx.currentContext()))));
              });

      assertThat(get(heard)).isTrue();
    } finally {
      get(vertx.close());
    }
  }

  @Test
  void population_addedTwice_isThereOnce() {
    try (var database = Database.open(directory, AT)) {
      var tasks = new SqlTaskStore(database);
      var name = new PopulationName("pens");

      assertThat(get(tasks.addPopulation(name, AT))).isTrue();
      assertThat(get(tasks.addPopulation(name, AT))).isFalse();
      assertThat(get(tasks.populations())).isEqualTo(List.of(name));
    }
  }

  @Test
  void write_ofAnOwnerThatWasReplaced_isRefused_whateverItIs() throws SQLException {
    try (var database = Database.open(directory, AT)) {
      try (var other =
          DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tributary.db"))) {
        Sql.update(other, "update leases set epoch = epoch + 1");
      }

      assertThat(failure(database.write(connection -> insert(connection, "pens"))))
          .satisfies(kind(StoreException.Kind.NOT_OWNER));
      assertThat(get(new SqlTaskStore(database).populations())).isEmpty();
      assertThat(get(database.gaveUp())).hasMessageContaining("epoch 2");
    }
  }

  public static int insert(Connection connection, String name) throws SQLException {
    return Sql.update(connection, "insert into populations(name, created_at) values(?, 0)", name);
  }

  public static Consumer<Throwable> kind(StoreException.Kind kind) {
    return failure -> assertThat(((StoreException) failure).kind()).isEqualTo(kind);
  }

  static boolean succeeds(Future<?> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .handle((value, failure) -> failure == null)
        .join();
  }

  public static Throwable failure(Future<?> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .<Throwable>handle(
            (value, failure) ->
                failure == null ? new AssertionError("it did not fail") : unwrapped(failure))
        .join();
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  public static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
