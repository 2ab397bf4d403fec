package dev.tributary.coordinator.store.sqlite;

import dev.tributary.coordinator.store.Ownership;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that writes. Everything that queued while the disk was busy becomes one
 * transaction and one fsync (group commit), so that the cost of durability is shared by whoever
 * waits for it. Each piece of work has a savepoint of its own: one that fails takes nobody with it.
 * Futures complete in the order of submission, on this thread, after the commit: listeners must
 * hand over at once; one that throws is logged.
 *
 * <p>After a failed fsync the state of the page cache is unknown (Rebello et al., "Can Applications
 * Recover from fsync Failures?", USENIX ATC 2020): the writer then refuses everything until the
 * process is started again. So it does after an {@link Error}, which may have left anything undone.
 */
final class GroupCommitWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);
  private static final int MAX_QUEUED_COUNT = 65_536;
  private static final int MAX_BATCH_COUNT = 512;

  private final Connection connection;
  private final Ownership ownership;
  private final Statement control;
  private final BlockingQueue<Pending<?>> queue = new LinkedBlockingQueue<>(MAX_QUEUED_COUNT);
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean broken;
  private final Promise<StoreException> gaveUp = Promise.promise();

  /** Takes over the connection, which nobody else may use. */
  GroupCommitWriter(Connection connection, Ownership ownership) throws SQLException {
    this.connection = connection;
    this.ownership = ownership;
    connection.setAutoCommit(true);
    this.control = connection.createStatement();
    this.thread = Thread.ofPlatform().daemon().name("store-writer").start(this::run);
  }

  <T> Future<T> submit(SqlWork<T> work) {
    var pending = new Pending<>(work);
    if (closing || broken) {
      pending.promise.fail(closed());
    } else if (!queue.offer(pending)) {
      pending.promise.fail(
          new StoreException(
              StoreException.Kind.OVERLOADED,
              MAX_QUEUED_COUNT + " writes are waiting for the disk; try again later"));
    } else if (!thread
        .isAlive()) { // closed between the check and the offer: nobody will look at the queue again
      failQueued();
    }
    return pending.promise.future();
  }

  /** Commits what is queued, then stops. Waits at most ten seconds. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(Duration.ofSeconds(10))) {
        LOG.warn(
            "store writer did not finish within 10 s, {} writes are lost unacknowledged",
            queue.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failQueued();
  }

  private void run() {
    var batch = new ArrayList<Pending<?>>();
    while (!(closing && queue.isEmpty())) {
      try {
        var first = queue.poll(20, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MAX_BATCH_COUNT - 1);
          commit(batch);
        }
      } catch (InterruptedException e) {
        closing = true;
      }
      batch.clear();
    }
  }

  private void commit(List<Pending<?>> batch) {
    if (broken) {
      batch.forEach(pending -> pending.refuse(closed()));
      return;
    }
    try {
      say("begin");
      ownership.verify(connection);
      for (var pending : batch) {
        run(pending);
      }
      say("commit");
    } catch (SQLException | RuntimeException | Error e) {
      if (e instanceof StoreException s && s.kind() == StoreException.Kind.NOT_OWNER) {
        replaced(batch, s);
      } else {
        undo(batch, e);
      }
      return;
    }
    batch.forEach(Pending::answer);
  }

  private void run(Pending<?> pending) throws SQLException {
    say("savepoint work");
    try {
      pending.run(connection);
    } catch (SQLException | RuntimeException e) {
      try {
        say("rollback to work");
      } catch (
          SQLException
              gone) { // a full disk makes SQLite roll the whole transaction back: the batch is lost
        gone.addSuppressed(e);
        throw e instanceof SQLException cause ? cause : gone;
      }
      pending.failed(e);
    }
    say("release work");
  }

  /** Nothing is wrong with the disk; but it is for another process to write to it. */
  private void replaced(List<Pending<?>> batch, StoreException because) {
    try {
      say("rollback");
    } catch (SQLException e) {
      because.addSuppressed(e);
    }
    LOG.error("the store stops: {}", because.getMessage());
    batch.forEach(pending -> pending.refuse(because));
    gaveUp.tryComplete(because);
  }

  private void undo(List<Pending<?>> batch, Throwable cause) {
    var failure = SqlFaults.translate("commit of " + batch.size() + " writes", cause);
    boolean untrusted = failure.kind() != StoreException.Kind.FULL;
    if (untrusted) {
      broken = true;
      LOG.error(
          "the store cannot be trusted after a failed commit; restart the coordinator", cause);
    }
    try {
      say("rollback");
    } catch (SQLException | RuntimeException | Error e) {
      if (!SqlFaults.isWithoutTransaction(e)) { // SQLite has rolled back by itself
        untrusted = true;
        broken = true;
        LOG.error(
            "the store cannot be trusted after a failed rollback; restart the coordinator", e);
      }
    }
    batch.forEach(pending -> pending.refuse(failure));
    if (untrusted) {
      gaveUp.tryComplete(closed());
    }
  }

  /** Refuses everything from now on: what this process wrote is not known to be on disk. */
  void distrust(StoreException because) {
    broken = true;
    LOG.error("the store cannot be trusted; restart the coordinator", because);
    gaveUp.tryComplete(closed());
  }

  /** Completes when this writer will never write again, on its thread; not when it is closed. */
  Future<StoreException> gaveUp() {
    return gaveUp.future();
  }

  /**
   * Transactions are begun and ended in words, so that where one stands never depends on what a
   * driver does unasked.
   */
  private void say(String sql) throws SQLException {
    control.execute(sql);
  }

  private void failQueued() {
    var left = new ArrayList<Pending<?>>();
    queue.drainTo(left);
    left.forEach(pending -> pending.refuse(closed()));
  }

  private StoreException closed() {
    return new StoreException(
        StoreException.Kind.CLOSED,
        broken
            ? "the store stopped after a failed commit; restart the coordinator"
            : "the store is closed");
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

    void failed(Exception cause) {
      Exception failure = cause instanceof SQLException e ? SqlFaults.translate("write", e) : cause;
      answer = () -> promise.fail(failure);
    }

    void refuse(Throwable failure) {
      answer = () -> promise.fail(failure);
      answer();
    }

    void answer() {
      try {
        answer.run();
      } catch (RuntimeException | Error e) { // of a listener: it must not stop the store
        LOG.error("a listener of the store failed", e);
      }
    }
  }
}
