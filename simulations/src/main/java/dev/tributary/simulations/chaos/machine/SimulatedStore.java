package dev.tributary.simulations.chaos.machine;

import dev.tributary.coordinator.store.Ownership;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.simulations.chaos.fault.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The store of one simulated process, with group commit: what was written is on disk some time
 * later, all of a batch or nothing, and is answered some time after that. While the process starts
 * it waits for its writes, so that each is done at once.
 *
 * <p>As with the real one, a full disk costs a batch; after a failed fsync nothing is written any
 * more, and whether the batch is on disk only the next process finds out.
 */
final class SimulatedStore implements StateStore {
  private static final int MAX_QUEUED_COUNT = 65_536;
  private static final int MAX_BATCH_COUNT = 512;
  private static final int LEAST_COMMIT_MICROS = 200;
  private static final int MOST_COMMIT_MICROS = 5_000;

  private final Storage storage;
  private final ProcessLife life;
  private final Connection connection;
  private final Statement control;
  private final Ownership ownership;
  private final Queue<Pending<?>> queue = new ArrayDeque<>();
  private final Promise<StoreException> gaveUp = Promise.promise();
  private boolean starting = true;
  private boolean committing;
  private boolean broken;
  private boolean refused;

  private SimulatedStore(Storage storage, ProcessLife life) throws SQLException {
    this.storage = storage;
    this.life = life;
    this.connection = storage.database();
    this.control = connection.createStatement();
    this.ownership = Ownership.take(connection, storage.wall());
  }

  /** Takes the state over from the process before. */
  static SimulatedStore open(Storage storage, ProcessLife life) {
    if (storage.isFull() || storage.goneFor().isPositive()) {
      throw new StoreException(StoreException.Kind.FAILED, "cannot open the state");
    }
    storage.watch().reached(life, CrashPoint.BEFORE_COMMIT, "lease");
    try {
      var store = new SimulatedStore(storage, life);
      storage.watch().reached(life, CrashPoint.AFTER_COMMIT, "lease");
      return store;
    } catch (SQLException e) {
      throw failed("take the lease", e);
    }
  }

  /** From now on writes wait for the disk. */
  void started() {
    starting = false;
  }

  @Override
  public <T> Future<T> submit(SqlWork<T> work) {
    life.requireAlive();
    var pending = new Pending<>(work);
    if (broken) {
      pending.promise.fail(closed());
    } else if (queue.size() >= MAX_QUEUED_COUNT) {
      pending.promise.fail(
          new StoreException(StoreException.Kind.OVERLOADED, "too many writes are waiting"));
    } else {
      queue.add(pending);
      if (starting) {
        commit().forEach(Pending::answer);
      } else {
        commitSoon();
      }
    }
    return pending.promise.future();
  }

  @Override
  public <T> Future<T> read(SqlWork<T> work) {
    life.requireAlive();
    var reply = new Reply<T>();
    if (starting) {
      readInto(reply, work);
    } else {
      life.after(
          storage.goneFor().plus(life.time().delay(20, 500)), "read", () -> readInto(reply, work));
    }
    return reply.future();
  }

  private <T> void readInto(Reply<T> reply, SqlWork<T> work) {
    T value;
    try {
      value = readNow(work);
    } catch (RuntimeException e) {
      reply.fail(e);
      return;
    }
    reply.succeed(value);
  }

  @Override
  public <T> T readNow(SqlWork<T> work) {
    life.requireAlive();
    try {
      return work.run(connection);
    } catch (SQLException e) {
      throw failed("read", e);
    }
  }

  @Override
  public Future<StoreException> gaveUp() {
    return gaveUp.future();
  }

  @Override
  public void distrust(StoreException because) {
    life.requireAlive();
    stop();
  }

  @Override
  public Ownership ownership() {
    return ownership;
  }

  private void commitSoon() {
    if (!committing && !queue.isEmpty()) {
      committing = true;
      storage.watch().reached(life, CrashPoint.WRITE_QUEUED, "batch");
      life.after(
          storage.goneFor().plus(life.time().delay(LEAST_COMMIT_MICROS, MOST_COMMIT_MICROS)),
          "commit",
          this::commitAndAnswer);
    }
  }

  private void commitAndAnswer() {
    if (storage.goneFor().isPositive()) {
      committing = false;
      commitSoon();
      return;
    }
    List<Pending<?>> batch = commit();
    life.later(
        "committed " + batch.size(),
        () -> {
          batch.forEach(Pending::answer);
          committing = false;
          commitSoon();
        });
  }

  /** Writes what is queued, and gives what is to be answered. */
  private List<Pending<?>> commit() {
    var batch = new ArrayList<Pending<?>>();
    while (!queue.isEmpty() && batch.size() < MAX_BATCH_COUNT) {
      batch.add(queue.remove());
    }
    if (broken) {
      batch.forEach(pending -> pending.refuse(closed()));
      return batch;
    }
    storage.watch().reached(life, CrashPoint.BEFORE_COMMIT, "batch");
    try {
      say("begin");
      for (var pending : batch) {
        run(pending);
      }
      if (storage.isFull()) {
        say("rollback");
        batch.forEach(
            pending ->
                pending.refuse(new StoreException(StoreException.Kind.FULL, "the disk is full")));
        return batch;
      }
      boolean failed = storage.takeSyncFailure();
      say(failed && life.time().random().nextBoolean() ? "rollback" : "commit");
      if (failed) {
        giveUp(batch);
        return batch;
      }
      storage.watch().committed(connection);
    } catch (SQLException e) {
      throw failed("commit", e); // nothing that we simulate: a defect of the simulation
    }
    storage.watch().reached(life, CrashPoint.AFTER_COMMIT, "batch");
    return batch;
  }

  private void giveUp(List<Pending<?>> batch) throws SQLException {
    storage.watch().committed(connection);
    batch.forEach(
        pending ->
            pending.refuse(new StoreException(StoreException.Kind.FAILED, "the fsync failed")));
    stop();
  }

  private void stop() {
    broken = true;
    life.later("the store gives up", () -> gaveUp.tryComplete(closed()));
  }

  private void run(Pending<?> pending) throws SQLException {
    say("savepoint work");
    long before = changes();
    try {
      pending.run(connection);
      if (changes() != before && isReplaced()) {
        storage.watch().broken("epoch " + ownership.epoch() + " wrote after it was replaced");
      }
    } catch (SQLException | RuntimeException e) {
      say("rollback to work");
      if (e instanceof StoreException s && s.kind() == StoreException.Kind.NOT_OWNER && !refused) {
        refused = true;
        storage.watch().struck(Fault.STALE_OWNER);
      }
      pending.refuse(e instanceof SQLException sql ? failed("write", sql) : e);
    }
    say("release work");
  }

  private long changes() throws SQLException {
    return number("select total_changes()");
  }

  private boolean isReplaced() throws SQLException {
    return number("select epoch from leases") != ownership.epoch();
  }

  private long number(String sql) throws SQLException {
    try (var row = control.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private void say(String sql) throws SQLException {
    control.execute(sql);
  }

  private StoreException closed() {
    return new StoreException(
        StoreException.Kind.CLOSED, "the store stopped after a failed commit");
  }

  private static StoreException failed(String what, SQLException cause) {
    return new StoreException(
        StoreException.Kind.FAILED, what + " failed: " + cause.getMessage(), cause);
  }

  /** One piece of work and what became of it. */
  private static final class Pending<T> {
    final SqlWork<T> work;
    final Promise<T> promise = Promise.promise();
    private Runnable answer = () -> {};

    Pending(SqlWork<T> work) {
      this.work = work;
    }

    void run(Connection connection) throws SQLException {
      T value = work.run(connection);
      answer = () -> promise.complete(value);
    }

    void refuse(Throwable failure) {
      answer = () -> promise.fail(failure);
    }

    void answer() {
      answer.run();
    }
  }
}
