package dev.tributary.coordinator.backup;

import dev.tributary.coordinator.access.AdminTokens;
import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.coordinator.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Takes a backup of a state folder while its coordinator serves: first a snapshot of the database
 * ({@code VACUUM INTO}, one read transaction that no writer waits for), then the files that the
 * snapshot names. In this order each of them is there: a version's file is durable before its row,
 * and stays. Only a state of an optimiser may have been replaced meanwhile; then everything is
 * taken once more. Partial sums, staged uploads and logs are left out.
 *
 * <p>Rounds that were open in the snapshot are ended in the copy. Had they gone on in the original,
 * their devices would be asked for a second set of survivors by the copy. Blocks; any thread.
 */
public final class StateBackup {
  private static final String DATABASE = "tributary.db";
  private static final String SUFFIX = ".safetensors";
  private static final List<String> SINGLE_FILES =
      List.of(DeviceAuthority.FILE_NAME, AdminTokens.FILE_NAME);
  private static final List<String> PUBLISHED_FOLDERS =
      List.of("metadata", "metadata-keys", "artifacts");
  private static final int ATTEMPTS = 5;

  private final Path state;
  private final Path target;

  private StateBackup(Path state, Path target) {
    this.state = state;
    this.target = target;
  }

  /**
   * What is in a backup.
   *
   * @param files of models and of optimisers' states
   * @param bytes of everything
   * @param roundsEnded open when it was taken, and ended in it
   */
  public record Taken(Path folder, int files, long bytes, int roundsEnded) {}

  /**
   * Takes a backup into a folder that is not there yet, or is empty; it appears as a whole or not
   * at all.
   *
   * @throws BackupException when one of the folders is not as it should be, or a file is damaged or
   *     cannot be copied
   */
  public static Taken take(Path state, Path target, Instant now) throws BackupException {
    requireFolders(state, target);
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    var backup = new StateBackup(state, unfinished);
    try {
      for (int attempt = 1; ; attempt++) {
        deleteTree(unfinished);
        OwnerOnly.createFolders(unfinished);
        try {
          return backup.copyOnce(target, now);
        } catch (ReplacedException replaced) {
          if (attempt == ATTEMPTS) {
            throw new BackupException(
                "the state changes faster than it can be copied: " + replaced.getMessage(),
                replaced);
          }
        }
      }
    } catch (IOException | SQLException | StoreException e) {
      throw new BackupException("cannot back up " + state + ": " + e.getMessage(), e);
    } finally {
      deleteQuietly(unfinished);
    }
  }

  private static void requireFolders(Path state, Path target) throws BackupException {
    if (!Files.isRegularFile(state.resolve(DATABASE))) {
      throw new BackupException(true, state + " is not a coordinator's state: no " + DATABASE);
    }
    try (var present = Files.exists(target) ? Files.list(target) : List.<Path>of().stream()) {
      if (target.getFileName() == null || present.findAny().isPresent()) {
        throw new BackupException(true, target + " is there and not empty: name a new folder");
      }
    } catch (IOException e) {
      throw new BackupException(true, target + " cannot be a backup's folder: " + e);
    }
  }

  private Taken copyOnce(Path finished, Instant now)
      throws IOException, SQLException, ReplacedException {
    Path database = target.resolve(DATABASE);
    OwnerOnly.claimFile(database); // empty: SQLite fills it
    try (Connection live = connect(state.resolve(DATABASE))) {
      Sql.update(live, "vacuum into ?", database.toString());
    }
    List<Path> files = named(database);
    for (Path file : files) {
      DurableCopy.ofModel(state.resolve(file), target.resolve(file));
    }
    for (String single : SINGLE_FILES) {
      if (Files.exists(state.resolve(single))) {
        DurableCopy.of(state.resolve(single), target.resolve(single));
      }
    }
    copyPublished();
    int ended = EndedRounds.endAll(target, now);
    long bytes = DurableCopy.syncAll(target);
    Files.deleteIfExists(finished);
    Files.move(target, finished, StandardCopyOption.ATOMIC_MOVE);
    DurableCopy.syncFolder(finished.toAbsolutePath().getParent());
    return new Taken(finished, files.size(), bytes, ended);
  }

  /**
   * What is published, with the keys that sign it. The timestamp before all others: what it leads
   * to was there before it. A file that goes in the meantime was not needed any more.
   */
  private void copyPublished() throws IOException {
    copyIfThere(Path.of("metadata", "timestamp.json"));
    for (String folder : PUBLISHED_FOLDERS) {
      if (Files.isDirectory(state.resolve(folder))) {
        try (var all = Files.list(state.resolve(folder))) {
          for (Path file : all.filter(Files::isRegularFile).toList()) {
            Path relative = state.relativize(file);
            if (!String.valueOf(file.getFileName()).endsWith(".unfinished")
                && Files.notExists(target.resolve(relative))) {
              copyIfThere(relative);
            }
          }
        }
      }
    }
  }

  private void copyIfThere(Path file) throws IOException {
    if (Files.exists(state.resolve(file))) {
      OwnerOnly.createFolders(parentOf(target.resolve(file)));
      try {
        DurableCopy.of(state.resolve(file), target.resolve(file));
      } catch (NoSuchFileException gone) {
        Files.deleteIfExists(target.resolve(file));
      }
    }
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  /** The files that the rows of this database need, relative to the state folder. */
  private static List<Path> named(Path database) throws SQLException {
    try (Connection copy = connect(database)) {
      var files =
          new ArrayList<>(
              Sql.list(
                  copy,
                  "select distinct digest from model_versions",
                  rows -> Path.of("models", rows.getString(1) + SUFFIX)));
      files.addAll(
          Sql.list(
              copy,
              "select v.task, v.optimizer_digest from model_versions v where v.optimizer_digest <>"
                  + " '' and v.version = (select max(version) from model_versions w where w.task ="
                  + " v.task) and (select status from tasks t where t.name = v.task) <> 'FINISHED'",
              rows -> Path.of("optimizers", rows.getString(1), rows.getString(2) + SUFFIX)));
      return files;
    }
  }

  private static Connection connect(Path database) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database + "?busy_timeout=10000");
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void deleteQuietly(Path folder) {
    try {
      deleteTree(folder);
    } catch (IOException left) {
      return; // the next backup to this place deletes it first
    }
  }
}
