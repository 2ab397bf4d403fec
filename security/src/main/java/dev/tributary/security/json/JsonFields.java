package dev.tributary.security.json;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The members of a JSON object being read strictly: each is asked for by name, and {@link #finish}
 * refuses what nobody asked for. For one thread.
 */
public final class JsonFields {

  private final String place;
  private final SortedMap<String, JsonValue> members;
  private final Set<String> asked = new HashSet<>();

  private JsonFields(String place, SortedMap<String, JsonValue> members) {
    this.place = place;
    this.members = members;
  }

  /**
   * The members of {@code value}.
   *
   * @param place where it is, for messages: {@code signed.roles}
   * @throws MalformedJsonException when it is no object
   */
  public static JsonFields of(String place, JsonValue value) throws MalformedJsonException {
    if (value instanceof JsonValue.Members object) {
      return new JsonFields(place, object.members());
    }
    throw unexpected(place, "an object", value);
  }

  /** Whether there is such a member and it is not null. */
  public boolean has(String name) {
    JsonValue value = members.get(name);
    return value != null && !(value instanceof JsonValue.Nothing);
  }

  /** A member of any kind. */
  public JsonValue value(String name) throws MalformedJsonException {
    asked.add(name);
    JsonValue value = members.get(name);
    if (value == null) {
      throw new MalformedJsonException(path(name) + ": expected it, found none");
    }
    return value;
  }

  /** A text of at most {@code maximumChars} characters. */
  public String text(String name, int maximumChars) throws MalformedJsonException {
    if (value(name) instanceof JsonValue.Text text) {
      if (text.text().length() <= maximumChars) {
        return text.text();
      }
      throw new MalformedJsonException(
          path(name)
              + ": expected at most "
              + maximumChars
              + " characters, got "
              + text.text().length());
    }
    throw unexpected(path(name), "a text", value(name));
  }

  /** A text that {@code form} matches as a whole. */
  public String text(String name, Pattern form) throws MalformedJsonException {
    String text = text(name, Integer.MAX_VALUE);
    if (!form.matcher(text).matches()) {
      throw new MalformedJsonException(
          path(name) + ": expected the form " + form + ", got " + CanonicalJson.shortened(text));
    }
    return text;
  }

  /** Requires exactly this text. */
  public void exactly(String name, String expected) throws MalformedJsonException {
    String text = text(name, Integer.MAX_VALUE);
    if (!text.equals(expected)) {
      throw new MalformedJsonException(
          path(name) + ": expected '" + expected + "', got " + CanonicalJson.shortened(text));
    }
  }

  /** A whole number in [{@code minimum}, {@code maximum}]. */
  public long whole(String name, long minimum, long maximum) throws MalformedJsonException {
    if (value(name) instanceof JsonValue.Whole whole) {
      if (whole.number() >= minimum && whole.number() <= maximum) {
        return whole.number();
      }
      throw new MalformedJsonException(
          path(name) + ": expected " + minimum + ".." + maximum + ", got " + whole.number());
    }
    throw unexpected(path(name), "a whole number", value(name));
  }

  /** True or false. */
  public boolean flag(String name) throws MalformedJsonException {
    if (value(name) instanceof JsonValue.Flag flag) {
      return flag.value();
    }
    throw unexpected(path(name), "true or false", value(name));
  }

  /** An object. */
  public JsonFields object(String name) throws MalformedJsonException {
    return of(path(name), value(name));
  }

  /** The members of an object whose names are data: at most {@code maximumCount}. */
  public Map<String, JsonValue> members(String name, int maximumCount)
      throws MalformedJsonException {
    SortedMap<String, JsonValue> all = object(name).members;
    requireAtMost(name, all.size(), maximumCount);
    return all;
  }

  /** A list of at most {@code maximumCount}. */
  public List<JsonValue> items(String name, int maximumCount) throws MalformedJsonException {
    if (value(name) instanceof JsonValue.Items items) {
      requireAtMost(name, items.items().size(), maximumCount);
      return items.items();
    }
    throw unexpected(path(name), "a list", value(name));
  }

  /** Refuses members that were never asked for. */
  public void finish() throws MalformedJsonException {
    for (String name : members.keySet()) {
      if (!asked.contains(name)) {
        throw new MalformedJsonException("unknown member " + CanonicalJson.shortened(path(name)));
      }
    }
  }

  /** Where a member of this object is, for messages. */
  public String path(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private void requireAtMost(String name, int count, int maximum) throws MalformedJsonException {
    if (count > maximum) {
      throw new MalformedJsonException(
          path(name) + ": expected at most " + maximum + " entries, got " + count);
    }
  }

  private static MalformedJsonException unexpected(String place, String expected, JsonValue got) {
    return new MalformedJsonException(
        (place.isEmpty() ? "the text" : place) + ": expected " + expected + ", got " + got.kind());
  }
}
