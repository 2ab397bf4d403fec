package dev.tributary.coordinator.store.sqlite;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.store.Ownership;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.coordinator.store.StoreException;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.flywaydb.core.Flyway;

/**
 * The durable state of one coordinator: an SQLite file (write-ahead log, {@code synchronous=FULL})
 * behind one writer with group commit and a few readers; the work itself runs on threads of the
 * store.
 *
 * <p>One process owns a state folder at a time: a lock on {@code coordinator.lock}, which the
 * operating system frees when the process dies, however it dies. Each opening takes the next epoch
 * ({@link Ownership}), written beside everything the owner writes.
 */
public final class Database implements StateStore, AutoCloseable {
  private static final int READER_COUNT = 4;

  private final FileChannel lock;
  private final HikariDataSource connections;
  private final GroupCommitWriter writer;
  private final ExecutorService readers;
  private final Ownership ownership;

  private Database(
      FileChannel lock,
      HikariDataSource connections,
      GroupCommitWriter writer,
      Ownership ownership) {
    this.lock = lock;
    this.connections = connections;
    this.writer = writer;
    this.ownership = ownership;
    this.readers =
        Executors.newFixedThreadPool(
            READER_COUNT, Thread.ofPlatform().daemon().name("store-reader-", 0).factory());
  }

  /**
   * Opens the state in a folder, which is created when it is missing, and brings its tables up to
   * date. Blocks.
   *
   * @throws StoreException when the folder cannot be written, belongs to a running coordinator, or
   *     is damaged
   */
  public static Database open(Path stateDirectory, Instant now) {
    var lock = lock(stateDirectory);
    HikariDataSource connections = null;
    try {
      Path file = stateDirectory.resolve("tributary.db");
      OwnerOnly.claimFile(file); // what SQLite puts beside it takes its permissions over
      connections = connect(file);
      Flyway.configure()
          .dataSource(connections)
          .locations("classpath:db/migration")
          .load()
          .migrate();
      var writing = connections.getConnection();
      var ownership = Ownership.take(writing, now);
      return new Database(lock, connections, new GroupCommitWriter(writing, ownership), ownership);
    } catch (SQLException | IOException | RuntimeException e) {
      if (connections != null) {
        connections.close();
      }
      closeQuietly(lock, e);
      throw e instanceof StoreException s
          ? s
          : new StoreException(
              StoreException.Kind.FAILED,
              "cannot open the state in " + stateDirectory + ": " + e.getMessage(),
              e);
    }
  }

  @Override
  public <T> Future<T> submit(SqlWork<T> work) {
    return writer.submit(work);
  }

  @Override
  public <T> Future<T> read(SqlWork<T> work) {
    var reply = new Reply<T>();
    try {
      readers.execute(
          () -> {
            try {
              reply.succeed(readNow(work));
            } catch (RuntimeException e) {
              reply.fail(e);
            }
          });
    } catch (RejectedExecutionException e) {
      reply.fail(new StoreException(StoreException.Kind.CLOSED, "the store is closed", e));
    }
    return reply.future();
  }

  @Override
  public <T> T readNow(SqlWork<T> work) {
    try (Connection connection = connections.getConnection()) {
      return work.run(connection);
    } catch (SQLException e) {
      throw SqlFaults.translate("read", e);
    }
  }

  @Override
  public Future<StoreException> gaveUp() {
    return writer.gaveUp();
  }

  @Override
  public void distrust(StoreException because) {
    writer.distrust(because);
  }

  @Override
  public Ownership ownership() {
    return ownership;
  }

  /** Commits what is queued, then closes. */
  @Override
  public void close() {
    writer.close();
    readers.close();
    connections.close();
    try {
      lock.close();
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.FAILED, "cannot release the lock of the state folder", e);
    }
  }

  private static HikariDataSource connect(Path file) {
    var config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(
        "jdbc:sqlite:"
            + file
            + "?journal_mode=WAL&synchronous=FULL&foreign_keys=true&busy_timeout=5000");
    config.setMaximumPoolSize(READER_COUNT + 1);
    config.setMinimumIdle(1);
    config.setMaxLifetime(0); // the writer keeps its connection
    return new HikariDataSource(config);
  }

  private static FileChannel lock(Path stateDirectory) {
    Path file = stateDirectory.resolve("coordinator.lock");
    try {
      OwnerOnly.createFolders(stateDirectory);
      OwnerOnly.claimFile(file);
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (locked(channel)) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.FAILED,
          "cannot write the state folder " + stateDirectory + ": " + e,
          e);
    }
    throw new StoreException(
        StoreException.Kind.NOT_OWNER,
        "the state folder " + stateDirectory + " belongs to a running coordinator");
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) { // held by this process
      return false;
    }
  }

  private static void closeQuietly(FileChannel lock, Exception because) {
    try {
      lock.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
