package dev.tributary.simulations.chaos.machine;

import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.coordinator.store.sqlite.Database;
import dev.tributary.simulations.data.InsecureSeededRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What every world begins with, made once by the coordinator's own code: a database with its tables
 * and an authority for its devices.
 *
 * @param tables the statements that make them
 * @param authority shared: it keeps nothing
 */
record StateTemplate(List<String> tables, DeviceAuthority authority) {
  /** When every world begins. */
  static final Instant EPOCH = Instant.parse("2026-11-23T00:00:00Z");

  private static final class Holder {
    static final StateTemplate TEMPLATE = make();
  }

  static StateTemplate get() {
    return Holder.TEMPLATE;
  }

  private static StateTemplate make() {
    try {
      Path folder = Files.createTempDirectory("tributary-template");
      try {
        var random = InsecureSeededRandom.of(0, "authority", 0);
        return new StateTemplate(tables(folder), DeviceAuthority.open(folder, random, EPOCH));
      } finally {
        deleteAll(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> tables(Path folder) {
    try (var database = Database.open(folder, EPOCH)) {
      return database.readNow(
          connection ->
              Sql.list(
                  connection,
                  "select sql from sqlite_master where sql is not null and tbl_name not like"
                      + " 'flyway%' and name not like 'sqlite%' order by rowid",
                  rows -> rows.getString(1)));
    }
  }

  /** Removes a folder with everything in it. */
  static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
