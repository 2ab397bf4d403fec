package dev.tributary.coordinator.ops;

import java.util.Locale;

/**
 * One key of the configuration: its dotted path, what values it takes, its default, unit and
 * meaning.
 *
 * @param path dotted, camel case, as in the YAML file
 * @param kind what its text must look like
 * @param initial the default as text; empty when the key is absent by default
 * @param unit of the value; "-" for text
 * @param meaning one sentence for the documentation
 */
record Setting(String path, Kind kind, String initial, String unit, String meaning) {

  sealed interface Kind {

    record Text() implements Kind {}

    /** A whole number in {@code [least, most]}. */
    record Whole(long least, long most) implements Kind {}

    record Flag() implements Kind {}

    record OneOf(String... names) implements Kind {}
  }

  static Setting text(String path, String initial, String meaning) {
    return new Setting(path, new Kind.Text(), initial, "-", meaning);
  }

  static Setting whole(
      String path, long initial, long least, long most, String unit, String meaning) {
    return new Setting(path, new Kind.Whole(least, most), Long.toString(initial), unit, meaning);
  }

  static Setting flag(String path, boolean initial, String meaning) {
    return new Setting(path, new Kind.Flag(), Boolean.toString(initial), "true or false", meaning);
  }

  static Setting oneOf(String path, String initial, String meaning, String... names) {
    return new Setting(path, new Kind.OneOf(names), initial, String.join(", ", names), meaning);
  }

  /**
   * The environment variable that overrides it: {@code listen.port} is {@code
   * TRIBUTARY_LISTEN_PORT}.
   */
  String environmentName() {
    String words = path.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_');
    return ConfigReader.ENVIRONMENT_PREFIX + words.toUpperCase(Locale.ROOT);
  }

  /** Returns the text when it is a value of this key; otherwise says what was expected. */
  String checked(String text, String source) {
    return switch (kind) {
      case Kind.Text() -> text;
      case Kind.Whole(long least, long most) -> checkedWhole(text, least, most, source);
      case Kind.Flag() -> {
        if (!text.equals("true") && !text.equals("false")) {
          throw unexpected(text, "true or false", source);
        }
        yield text;
      }
      case Kind.OneOf(String[] names) -> {
        for (String name : names) {
          if (name.equals(text)) {
            yield text;
          }
        }
        throw unexpected(text, "one of " + String.join(", ", names), source);
      }
    };
  }

  private String checkedWhole(String text, long least, long most, String source) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return text;
      }
    } catch (NumberFormatException e) {
      // falls through: the same message serves both
    }
    throw unexpected(text, "a whole number in " + least + ".." + most + " (" + unit + ")", source);
  }

  private ConfigException unexpected(String text, String expected, String source) {
    return new ConfigException(source + ": " + path + " is '" + text + "'; expected " + expected);
  }
}
