package dev.tributary.security.metadata;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The signed part of a metadata file: what one role says. */
public sealed interface Metadata
    permits RootMetadata, TargetsMetadata, SnapshotMetadata, TimestampMetadata {

  /** The version of the specification that files are written by; no other is read. */
  String SPECIFICATION = "1.0.33";

  /** The highest version that a file may have: the largest number that every JSON reader knows. */
  long MAXIMUM_VERSION = (1L << 53) - 1;

  /** Who says it. */
  MetadataRole role();

  /** In [1, {@link #MAXIMUM_VERSION}]; of two files of a role the higher one is newer. */
  long version();

  /** From this instant on, to the second, nobody believes it any more. */
  Instant expires();

  /** What is signed. */
  JsonValue toJson();

  /** Whether it is believed no more at {@code time} (section 4.2.3 and the freeze checks of 5). */
  default boolean isExpiredAt(Instant time) {
    return !expires().isAfter(time);
  }

  /** The fields that all roles have (section 4.3), to be completed by the role. */
  static Map<String, JsonValue> header(Metadata metadata) {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("_type", JsonValue.of(metadata.role().text()));
    fields.put("spec_version", JsonValue.of(SPECIFICATION));
    fields.put("version", JsonValue.of(metadata.version()));
    fields.put("expires", JsonValue.of(metadata.expires().toString()));
    return fields;
  }

  /**
   * Requires a version and an expiry that a file can hold.
   *
   * @throws IllegalArgumentException when they cannot
   */
  static void requireHeader(long version, Instant expires) {
    if (version < 1 || version > MAXIMUM_VERSION) {
      throw new IllegalArgumentException(
          "version of metadata: expected 1.." + MAXIMUM_VERSION + ", got " + version);
    }
    if (!expires.equals(expires.truncatedTo(ChronoUnit.SECONDS))
        || !Expiry.FORM.matcher(expires.toString()).matches()) {
      throw new IllegalArgumentException(
          "expiry of metadata: expected whole seconds of the years 0 to 9999, got " + expires);
    }
  }

  /** Reads {@code version}. */
  static long version(JsonFields fields) throws MalformedJsonException {
    return fields.whole("version", 1, MAXIMUM_VERSION);
  }

  /** Reads {@code expires}, which has one spelling (section 4.2.3). */
  static Instant expires(JsonFields fields) throws MalformedJsonException {
    String text = fields.text("expires", Expiry.FORM);
    try {
      Instant instant = Instant.parse(text);
      if (instant.toString().equals(text)) {
        return instant;
      }
    } catch (DateTimeException malformed) {
      throw new MalformedJsonException(
          fields.path("expires") + ": expected a day and a time that exist, got " + text);
    }
    throw new MalformedJsonException(
        fields.path("expires") + ": expected a time in its usual spelling, got " + text);
  }

  /** The form of an instant. */
  final class Expiry {
    private static final Pattern FORM =
        Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

    private Expiry() {}
  }
}
