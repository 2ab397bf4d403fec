package dev.tributary.coordinator.ops;

import java.util.Locale;

/**
 * What goes to the coordinator's own log file; standard error belongs to the program.
 *
 * @param file whether there is one: JSON lines in {@code stateDirectory/logs/coordinator.jsonl}
 * @param level the least severe level that is written there
 */
public record LogSettings(boolean file, Level level) {

  /** Severity, the worst first. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    static Level named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }
}
