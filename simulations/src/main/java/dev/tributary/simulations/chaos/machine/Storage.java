package dev.tributary.simulations.chaos.machine;

import dev.tributary.simulations.chaos.fault.Fault;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;

/**
 * What of the coordinator's machine outlives its processes: an SQLite database, a folder of files,
 * the wall clock, and what is wrong with them at the moment. One thread at a time.
 */
public final class Storage implements AutoCloseable {
  /** Told of every step, which it may turn into the last one of the process. */
  public interface Watch {
    /**
     * The process has come to such a point.
     *
     * @throws SimulatedCrash when it is killed there
     */
    void reached(ProcessLife life, CrashPoint point, String what);

    /** A transaction is on disk. */
    void committed(Connection database) throws SQLException;

    /** Something happened that a store must never let happen. */
    void broken(String what);

    /** A fault of storage has met somebody who wanted to write. */
    void struck(Fault fault);
  }

  private final SimulatedTime time;
  private final Path folder;
  private final Connection database;
  private final Watch watch;
  private final Deque<Rename> unsynced = new ArrayDeque<>();
  private Duration wallSkew = Duration.ZERO;
  private boolean full;
  private Duration fullFor = Duration.ZERO;
  private boolean syncFails;
  private Duration goneForNext = Duration.ZERO;
  private long goneUntilNanos;
  private final Set<Fault> striking = EnumSet.noneOf(Fault.class);

  private record Rename(Path from, Path to) {}

  /** An empty machine whose files are in this folder, which exists. */
  public Storage(SimulatedTime time, Path folder, Watch watch) throws SQLException {
    this.time = time;
    this.folder = folder;
    this.watch = watch;
    this.database = DriverManager.getConnection("jdbc:sqlite::memory:");
    try (var statement = database.createStatement()) {
      for (String table : StateTemplate.get().tables()) {
        statement.execute(table);
      }
      statement.execute("pragma foreign_keys = on");
    }
  }

  public Path folder() {
    return folder;
  }

  /** The database; outside of a process only to look, or to damage it. */
  public Connection database() {
    return database;
  }

  Watch watch() {
    return watch;
  }

  /** What a clock shows that is right. */
  public static Instant rightTime(SimulatedTime time) {
    return StateTemplate.EPOCH.plus(time.now());
  }

  /** What the machine's clock shows. */
  public Instant wall() {
    return rightTime(time).plus(wallSkew);
  }

  /** Somebody sets the machine's clock. */
  public void stepWall(Duration step) {
    wallSkew = wallSkew.plus(step);
  }

  /** From the next write on the disk is full, for so long. */
  public void fillFor(Duration duration) {
    full = true;
    fullFor = duration;
    striking.add(Fault.DISK_FULL);
  }

  boolean isFull() {
    if (full && strike(Fault.DISK_FULL)) {
      time.after(fullFor, "space is freed", () -> full = false);
    }
    return full;
  }

  /** Told once for each time that something is wrong. */
  private boolean strike(Fault fault) {
    boolean first = striking.remove(fault);
    if (first) {
      watch.struck(fault);
    }
    return first;
  }

  /** The next fsync fails. */
  public void failNextSync() {
    syncFails = true;
    striking.add(Fault.FSYNC_FAILED);
  }

  boolean takeSyncFailure() {
    boolean failure = syncFails;
    syncFails = false;
    if (failure) {
      strike(Fault.FSYNC_FAILED);
    }
    return failure;
  }

  /** From the next time that it is asked for something on, the database answers nobody. */
  public void loseDatabaseFor(Duration duration) {
    goneForNext = duration;
    striking.add(Fault.DATABASE_GONE);
  }

  /** How long the database will not answer; zero when it does. */
  Duration goneFor() {
    if (strike(Fault.DATABASE_GONE)) {
      goneUntilNanos = time.nowNanos() + goneForNext.toNanos();
    }
    return Duration.ofNanos(Math.max(0, goneUntilNanos - time.nowNanos()));
  }

  /** Whether a fault waits for somebody whom it can meet. */
  public boolean isFaultWaiting() {
    return !striking.isEmpty();
  }

  /** Nothing is wrong any more. */
  public void mend() {
    striking.clear();
    full = false;
    syncFails = false;
    goneUntilNanos = 0;
  }

  void renamed(Path from, Path to) {
    unsynced.addLast(new Rename(from, to));
  }

  void synced(Path ofFolder) {
    unsynced.removeIf(rename -> ofFolder.equals(rename.to().getParent()));
  }

  /** The power fails: names that were not made durable may be lost, the newest ones first. */
  public void losePower() {
    while (!unsynced.isEmpty()) {
      Rename last = unsynced.removeLast();
      if (time.random().nextBoolean() && Files.exists(last.to())) {
        try {
          Files.move(last.to(), last.from(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
