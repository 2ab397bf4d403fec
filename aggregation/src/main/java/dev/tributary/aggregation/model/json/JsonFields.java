package dev.tributary.aggregation.model.json;

import dev.tributary.aggregation.model.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object being read strictly: every entry is asked for by name, and {@link #finish} refuses
 * what nobody asked for.
 */
public final class JsonFields {
  private final String place;
  private final Map<?, ?> entries;
  private final Set<String> asked = new HashSet<>();

  private JsonFields(String place, Map<?, ?> entries) {
    this.place = place;
    this.entries = entries;
  }

  /**
   * The fields of a parsed value.
   *
   * @param place where it is, for messages: {@code layers[3]}; empty for the whole text
   * @throws JsonFieldException when the value is no object
   */
  public static JsonFields of(String place, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new JsonFields(place, map);
    }
    String name = place.isEmpty() ? "the text" : place;
    throw new JsonFieldException(name + " is a JSON object, not " + kind(value));
  }

  /** The same object under a longer name, for messages that come after its type is known. */
  public JsonFields named(String longer) {
    var renamed = new JsonFields(longer, entries);
    renamed.asked.addAll(asked);
    return renamed;
  }

  /** A required text. */
  public String text(String name) {
    if (required(name) instanceof String text) {
      return text;
    }
    throw new JsonFieldException(path(name) + " is a text, not " + kind(entries.get(name)));
  }

  /** A required whole number. */
  public int integer(String name) {
    return whole(path(name), required(name));
  }

  /** A whole number that may be left out. */
  public OptionalInt optionalInteger(String name) {
    asked.add(name);
    return entries.containsKey(name)
        ? OptionalInt.of(whole(path(name), entries.get(name)))
        : OptionalInt.empty();
  }

  /** A required list. */
  public List<Object> list(String name) {
    if (required(name) instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw new JsonFieldException(path(name) + " is a list, not " + kind(entries.get(name)));
  }

  /** A required list of whole numbers. */
  public int[] integers(String name) {
    List<Object> list = list(name);
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = whole(path(name) + "[" + i + "]", list.get(i));
    }
    return numbers;
  }

  /** Refuses entries that were never asked for. */
  public void finish() {
    for (Object entry : entries.keySet()) {
      String name = String.valueOf(entry);
      if (!asked.contains(name)) {
        throw new JsonFieldException(
            "unknown key '" + path(name) + "'" + NearestName.suggestion(name, asked));
      }
    }
  }

  private Object required(String name) {
    asked.add(name);
    Object value = entries.get(name);
    if (value == null) {
      throw new JsonFieldException("'" + path(name) + "' is missing" + misspelling(name));
    }
    return value;
  }

  /** When a required key is missing, an unknown one near it is what the writer has to look at. */
  private String misspelling(String name) {
    return entries.keySet().stream()
        .map(String::valueOf)
        .filter(entry -> !asked.contains(entry))
        .filter(entry -> NearestName.to(entry, Set.of(name)).isPresent())
        .findFirst()
        .map(entry -> "; there is an unknown key '" + entry + "'")
        .orElse("");
  }

  private static int whole(String path, @Nullable Object value) {
    if (value instanceof Integer number) {
      return number;
    }
    throw new JsonFieldException(
        path + " is a whole number of at most 32 bits, not " + kind(value));
  }

  private String path(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private static String kind(@Nullable Object value) {
    if (value instanceof String text) {
      return "the text \"" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "\"";
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    if (value instanceof List<?>) {
      return "a list";
    }
    return String.valueOf(value);
  }
}
