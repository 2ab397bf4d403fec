package dev.tributary.aggregation.protocol;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * The rules that fields obey, each as a check that throws {@link InvalidFieldException} naming the
 * field.
 */
public final class FieldRules {

  private FieldRules() {}

  /** Requires {@code minimum <= value <= maximum}. */
  public static void inRange(String field, long value, long minimum, long maximum) {
    if (value < minimum || value > maximum) {
      throw new InvalidFieldException(
          RejectReason.FIELD_OUT_OF_RANGE,
          field + ": expected " + minimum + ".." + maximum + ", got " + value);
    }
  }

  /** Requires an agreement between fields. */
  public static void agree(boolean condition, String complaint) {
    if (!condition) {
      throw new InvalidFieldException(RejectReason.FIELD_OUT_OF_RANGE, complaint);
    }
  }

  /** Requires that a field is there. */
  public static void present(String field, boolean present) {
    if (!present) {
      throw new InvalidFieldException(
          RejectReason.MISSING_FIELD, field + ": expected a value, got none");
    }
  }

  /** Requires a byte string of exactly {@code expected} bytes. */
  public static void exactBytes(String field, int length, int expected) {
    if (length != expected) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_SIZE,
          field + ": expected " + expected + " bytes, got " + length);
    }
  }

  /** Requires a byte string of {@code minimum..maximum} bytes. */
  public static void bytes(String field, int length, int minimum, int maximum) {
    if (length < minimum || length > maximum) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_SIZE,
          field + ": expected " + minimum + ".." + maximum + " bytes, got " + length);
    }
  }

  /** Requires that the numbers of {@code entries} rise, so that none is there twice. */
  public static <T> void ascending(String field, List<T> entries, ToIntFunction<T> number) {
    for (int i = 1; i < entries.size(); i++) {
      int before = number.applyAsInt(entries.get(i - 1));
      int here = number.applyAsInt(entries.get(i));
      if (here <= before) {
        throw new InvalidFieldException(
            RejectReason.FIELD_OUT_OF_RANGE,
            field + ": expected ascending, each once, got " + here + " after " + before);
      }
    }
  }

  /** Requires {@code minimum <= size <= maximum} entries. */
  public static void entries(String field, Collection<?> values, int minimum, int maximum) {
    if (values.size() < minimum || values.size() > maximum) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_SIZE,
          field + ": expected " + minimum + ".." + maximum + " entries, got " + values.size());
    }
  }

  /**
   * Requires a text of {@code minimum..maximum} characters (Unicode code points), none of them a
   * control character (category Cc), a line or paragraph separator, or half of a surrogate pair.
   */
  public static void text(String field, String value, int minimum, int maximum) {
    int length = value.codePointCount(0, value.length());
    if (length < minimum || length > maximum) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_SIZE,
          field + ": expected " + minimum + ".." + maximum + " characters, got " + length);
    }
    if (!value.codePoints().allMatch(FieldRules::isPlain)) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_FORM,
          field + ": expected text without control characters, got one with at least one");
    }
  }

  /** Requires {@code minimum..maximum} characters of printable ASCII. */
  public static void ascii(String field, String value, int minimum, int maximum) {
    text(field, value, minimum, maximum);
    if (!value.chars().allMatch(c -> c < 0x7f)) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_FORM,
          field + ": expected printable ASCII, got at least one other character");
    }
  }

  /** Requires a text that {@code form} matches as a whole. */
  public static void form(String field, String value, Pattern form) {
    if (!form.matcher(value).matches()) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_FORM,
          field
              + ": expected the form "
              + form
              + ", got "
              + value.length()
              + " characters that do not have it");
    }
  }

  /**
   * Builds a part whose own constructor throws {@link IllegalArgumentException}, and names the
   * field in its complaint.
   */
  public static <T> T build(String field, RejectReason reason, Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (InvalidFieldException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidFieldException(reason, field + ": " + e.getMessage());
    }
  }

  /** Builds a value from text that came from outside. */
  public static <T> T parse(Supplier<T> constructor) throws RejectedException {
    try {
      return constructor.get();
    } catch (InvalidFieldException e) {
      throw new RejectedException(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * The nearest text that {@link #text} accepts with up to {@code maximum} characters: what it
   * forbids becomes a space, what is too long is cut.
   */
  public static String plain(String value, int maximum) {
    return value
        .codePoints()
        .map(codePoint -> isPlain(codePoint) ? codePoint : ' ')
        .limit(maximum)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isPlain(int codePoint) {
    int category = Character.getType(codePoint);
    return category != Character.CONTROL
        && category != Character.SURROGATE
        && category != Character.LINE_SEPARATOR
        && category != Character.PARAGRAPH_SEPARATOR;
  }
}
