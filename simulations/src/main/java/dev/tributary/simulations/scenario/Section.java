package dev.tributary.simulations.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.model.NearestName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mapping of a scenario being read, strictly: each key is asked for once with its range and
 * default, and {@link #refuseOthers} then refuses every key nobody asked for.
 */
final class Section {

  private final String path;
  private final JsonNode node;
  private final Set<String> asked = new LinkedHashSet<>();

  private Section(String path, JsonNode node) {
    this.path = path;
    this.node = node;
  }

  static Section root(ObjectNode node) {
    return new Section("", node);
  }

  /** A mapping below this one, empty when the key is absent. */
  Section section(String key) {
    JsonNode child = ask(key);
    if (!child.isMissingNode() && !child.isObject()) {
      throw refused(key, "a mapping of keys", child);
    }
    return new Section(name(key), child);
  }

  boolean has(String key) {
    return !ask(key).isMissingNode();
  }

  JsonNode raw(String key) {
    return ask(key);
  }

  /** The full name of a key: {@code data.dir}. */
  String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  Optional<String> text(String key) {
    JsonNode value = ask(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isValueNode() || value.isNull() || value.asText().isBlank()) {
      throw refused(key, "text", value);
    }
    return Optional.of(value.asText());
  }

  String requiredText(String key) {
    return text(key).orElseThrow(() -> missing(key, "text"));
  }

  Optional<Path> path(String key) {
    return text(key)
        .map(
            text -> {
              try {
                return Path.of(text);
              } catch (InvalidPathException notAPath) {
                throw refused(key, "a path (" + notAPath.getReason() + ")", ask(key));
              }
            });
  }

  Path requiredPath(String key) {
    return path(key).orElseThrow(() -> missing(key, "a path"));
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = ask(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw refused(key, "true or false", value);
    }
    return value.asBoolean();
  }

  Optional<Long> integer(String key, long minimum, long maximum) {
    JsonNode value = ask(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < minimum
        || value.asLong() > maximum) {
      throw refused(key, "a whole number from " + minimum + " to " + maximum, value);
    }
    return Optional.of(value.asLong());
  }

  int integer(String key, int minimum, int maximum, int otherwise) {
    return Math.toIntExact(integer(key, minimum, maximum).orElse((long) otherwise));
  }

  /** A number in a range; empty for the word, or when the key is absent. */
  Optional<Double> numberOr(String word, String key, Range range) {
    if (ask(key).asText().equals(word)) {
      return Optional.empty();
    }
    if (!ask(key).isMissingNode() && !ask(key).isNumber()) {
      throw refused(key, range.description() + ", or " + word, ask(key));
    }
    return number(key, range);
  }

  /** A whole number in a range; empty for the word, or when the key is absent. */
  OptionalInt integerOr(String word, String key, int minimum, int maximum) {
    if (ask(key).asText().equals(word)) {
      return OptionalInt.empty();
    }
    if (!ask(key).isMissingNode() && !ask(key).isNumber()) {
      throw refused(
          key, "a whole number from " + minimum + " to " + maximum + ", or " + word, ask(key));
    }
    return integer(key, minimum, maximum)
        .map(Math::toIntExact)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  /** One of several whole numbers. */
  Optional<Integer> choice(String key, List<Integer> choices) {
    JsonNode value = ask(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isInt() || !choices.contains(value.intValue())) {
      throw refused(key, "one of " + choices, value);
    }
    return Optional.of(value.intValue());
  }

  int requiredInteger(String key, int minimum, int maximum) {
    return Math.toIntExact(
        integer(key, minimum, maximum)
            .orElseThrow(() -> missing(key, "a whole number from " + minimum + " to " + maximum)));
  }

  /** A number in a range, described in the error as the caller says. */
  Optional<Double> number(String key, Range range) {
    JsonNode value = ask(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isNumber() || !range.contains(value.asDouble())) {
      throw refused(key, range.description(), value);
    }
    return Optional.of(value.asDouble());
  }

  double number(String key, Range range, double otherwise) {
    return number(key, range).orElse(otherwise);
  }

  double requiredNumber(String key, Range range) {
    return number(key, range).orElseThrow(() -> missing(key, range.description()));
  }

  /** One of several words; the error names the nearest. */
  <T> Optional<T> choice(String key, List<T> choices, Function<T, String> code) {
    JsonNode value = ask(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    Map<String, T> byCode = choices.stream().collect(Collectors.toMap(code, choice -> choice));
    String word = value.asText();
    if (!value.isTextual() || !byCode.containsKey(word)) {
      List<String> codes = choices.stream().map(code).toList();
      throw refused(key, "one of " + String.join(", ", codes), value, NearestName.to(word, codes));
    }
    return Optional.ofNullable(byCode.get(word));
  }

  /**
   * Refuses every key that was not asked for, with the nearest one that is known and all of them.
   */
  void refuseOthers() {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!asked.contains(key)) {
                throw new ScenarioException(
                    "unknown key '" + name(key) + "'" + NearestName.suggestion(key, asked));
              }
            });
  }

  ScenarioException refused(String key, String expected, JsonNode actual) {
    return refused(key, expected, actual, Optional.empty());
  }

  ScenarioException missing(String key, String expected) {
    return new ScenarioException(name(key) + ": expected " + expected + ", found nothing");
  }

  private ScenarioException refused(
      String key, String expected, JsonNode actual, Optional<String> nearest) {
    String shown = actual.toString();
    return new ScenarioException(
        name(key)
            + ": expected "
            + expected
            + ", found "
            + (shown.length() > 80 ? shown.substring(0, 80) + "..." : shown)
            + nearest.map(word -> "; did you mean '" + word + "'?").orElse(""));
  }

  private JsonNode ask(String key) {
    asked.add(key);
    return node.path(key);
  }

  /** An interval of numbers, such that they stay inside it when narrowed to float. */
  enum Range {
    POSITIVE("a number above 0") {
      @Override
      boolean contains(double value) {
        return (float) value > 0 && value < Float.MAX_VALUE;
      }
    },
    NOT_NEGATIVE("a number of at least 0") {
      @Override
      boolean contains(double value) {
        return value >= 0 && value < Float.MAX_VALUE;
      }
    },
    FRACTION("a number from 0 up to but not including 1") {
      @Override
      boolean contains(double value) {
        return value >= 0 && (float) value < 1;
      }
    },
    INNER_FRACTION("a number above 0 and below 1") {
      @Override
      boolean contains(double value) {
        return (float) value > 0 && (float) value < 1;
      }
    };

    private final String description;

    Range(String description) {
      this.description = description;
    }

    String description() {
      return description;
    }

    abstract boolean contains(double value);
  }
}
