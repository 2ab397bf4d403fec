package dev.tributary.security.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A JSON value whose canonical text is unique (OLPC Canonical JSON): members sorted by name, no
 * white space, whole numbers only, and in a text an escape for the quote and the backslash alone.
 *
 * <p>Narrower than OLPC in two ways, so that every canonical text is JSON (RFC 8259) and orders in
 * bytes and in characters agree: texts have no control characters, and names of members are
 * printable ASCII.
 */
public sealed interface JsonValue {

  /** Appends the canonical text. */
  void appendTo(StringBuilder out);

  /** What it is, for messages: {@code "a text"}. */
  String kind();

  /** The canonical text in UTF-8, owned by the caller. */
  default byte[] canonical() {
    StringBuilder out = new StringBuilder();
    appendTo(out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A text. */
  static JsonValue of(String text) {
    return new Text(text);
  }

  /** A whole number. */
  static JsonValue of(long number) {
    return new Whole(number);
  }

  /** True or false. */
  static JsonValue of(boolean flag) {
    return new Flag(flag);
  }

  /** A list. */
  static JsonValue of(List<? extends JsonValue> items) {
    return new Items(List.copyOf(items));
  }

  /** An object with these members. */
  static Members of(Map<String, ? extends JsonValue> members) {
    return new Members(new TreeMap<>(members));
  }

  /**
   * A text.
   *
   * @param text no control characters (categories Cc) and no half of a surrogate pair
   */
  record Text(String text) implements JsonValue {
    public Text {
      if (!text.codePoints().allMatch(Text::isPlain)) {
        throw new IllegalArgumentException(
            "JSON text: expected no control characters and no half surrogate pairs, got one");
      }
    }

    static boolean isPlain(int codePoint) {
      int category = Character.getType(codePoint);
      return category != Character.CONTROL && category != Character.SURROGATE;
    }

    @Override
    public void appendTo(StringBuilder out) {
      out.append('"');
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' || c == '\\') {
          out.append('\\');
        }
        out.append(c);
      }
      out.append('"');
    }

    @Override
    public String kind() {
      return "a text";
    }
  }

  /**
   * A whole number.
   *
   * @param number any
   */
  record Whole(long number) implements JsonValue {
    @Override
    public void appendTo(StringBuilder out) {
      out.append(number);
    }

    @Override
    public String kind() {
      return "the number " + number;
    }
  }

  /**
   * True or false.
   *
   * @param value which
   */
  record Flag(boolean value) implements JsonValue {
    @Override
    public void appendTo(StringBuilder out) {
      out.append(value);
    }

    @Override
    public String kind() {
      return String.valueOf(value);
    }
  }

  /** The value {@code null}. */
  record Nothing() implements JsonValue {
    @Override
    public void appendTo(StringBuilder out) {
      out.append("null");
    }

    @Override
    public String kind() {
      return "null";
    }
  }

  /**
   * A list.
   *
   * @param items in order
   */
  record Items(List<JsonValue> items) implements JsonValue {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public void appendTo(StringBuilder out) {
      out.append('[');
      String comma = "";
      for (JsonValue item : items) {
        out.append(comma);
        item.appendTo(out);
        comma = ",";
      }
      out.append(']');
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * An object.
   *
   * @param members by name, which is printable ASCII; copied
   */
  record Members(SortedMap<String, JsonValue> members) implements JsonValue {
    public Members {
      members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
      for (String name : members.keySet()) {
        if (!name.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
          throw new IllegalArgumentException(
              "name of a JSON member: expected printable ASCII, got another character");
        }
      }
    }

    @Override
    public void appendTo(StringBuilder out) {
      out.append('{');
      String comma = "";
      for (Map.Entry<String, JsonValue> member : members.entrySet()) {
        out.append(comma);
        new Text(member.getKey()).appendTo(out);
        out.append(':');
        member.getValue().appendTo(out);
        comma = ",";
      }
      out.append('}');
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /** The texts as a list, in their order. */
  static JsonValue texts(Iterable<String> texts) {
    List<JsonValue> items = new ArrayList<>();
    texts.forEach(text -> items.add(new Text(text)));
    return new Items(items);
  }
}
