package dev.tributary.coordinator.ops;

import java.util.Locale;

/**
 * What is logged, and where to.
 *
 * @param level the least severe level that is written
 * @param console what goes to standard error
 * @param file whether JSON lines go to {@code stateDirectory/logs/coordinator.jsonl} too
 * @param configure false in programs that set up logging themselves
 */
public record LogSettings(Level level, Console console, boolean file, boolean configure) {

  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    static Level named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  public enum Console {
    HUMAN,
    JSON,
    OFF;

    static Console named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }
}
