package dev.tributary.simulations.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where a run without {@code --out} puts its files: a folder that was not there before. */
final class RunFolder {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private RunFolder() {}

  /** {@code runs/NAME-TIME} below the working directory; a number is added when that is taken. */
  static Path fresh(String name, LocalDateTime now) {
    String slug =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    return unused(Path.of("runs"), slug + "-" + TIME.format(now));
  }

  /** {@code NAME} in a folder; {@code NAME-2} or the next number when that is taken. */
  static Path unused(Path parent, String name) {
    Path folder = parent.resolve(name);
    for (int copy = 2; Files.exists(folder); copy++) {
      folder = parent.resolve(name + "-" + copy);
    }
    return folder;
  }
}
