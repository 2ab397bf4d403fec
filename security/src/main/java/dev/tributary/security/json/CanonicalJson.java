package dev.tributary.security.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tributary.security.BugException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads canonical JSON from bytes that anybody may have written.
 *
 * <p>Bytes that would be written in any other way than they stand there are refused: a second
 * spelling of a value (white space, escapes, another order, {@code -0}, a byte order mark, another
 * encoding) is a second file with the same meaning, and what two readers take for the same may
 * differ. Nesting, lengths of texts and numbers are bounded before anything is kept.
 */
public final class CanonicalJson {

  private static final int MAXIMUM_DEPTH = 12;
  private static final int MAXIMUM_TEXT_CHARS = 64 * 1024;
  private static final int MAXIMUM_NAME_CHARS = 1024;
  private static final int MAXIMUM_NUMBER_CHARS = 20;
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAXIMUM_DEPTH)
                  .maxStringLength(MAXIMUM_TEXT_CHARS)
                  .maxNameLength(MAXIMUM_NAME_CHARS)
                  .maxNumberLength(MAXIMUM_NUMBER_CHARS)
                  .build())
          .build();

  private CanonicalJson() {}

  /**
   * The value that {@code bytes} are the canonical text of.
   *
   * @param bytes at most {@code maximumBytes}
   * @throws MalformedJsonException when they are more, or not that
   */
  public static JsonValue parse(byte[] bytes, int maximumBytes) throws MalformedJsonException {
    if (bytes.length > maximumBytes) {
      throw new MalformedJsonException(
          "expected at most " + maximumBytes + " bytes of JSON, got " + bytes.length);
    }
    JsonValue value = read(text(bytes));
    if (!Arrays.equals(value.canonical(), bytes)) {
      throw new MalformedJsonException(
          "expected canonical JSON (sorted members, no white space, no needless escapes), got"
              + " another spelling");
    }
    return value;
  }

  private static String text(byte[] bytes) throws MalformedJsonException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      throw new MalformedJsonException("expected UTF-8, got something else");
    }
  }

  private static JsonValue read(String text) throws MalformedJsonException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      JsonValue value = value(parser);
      if (parser.nextToken() != null) {
        throw new MalformedJsonException("expected one JSON value, got more behind it");
      }
      return value;
    } catch (JsonProcessingException malformed) {
      throw new MalformedJsonException("expected JSON: " + malformed.getOriginalMessage());
    } catch (IllegalArgumentException notCanonical) {
      throw new MalformedJsonException(String.valueOf(notCanonical.getMessage()));
    } catch (IOException impossible) {
      throw new BugException("reading from memory failed", impossible);
    }
  }

  private static JsonValue value(JsonParser parser) throws IOException, MalformedJsonException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new MalformedJsonException("expected JSON, got nothing");
    }
    return switch (token) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> items(parser);
      case VALUE_STRING -> new JsonValue.Text(parser.getText());
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_TRUE -> new JsonValue.Flag(true);
      case VALUE_FALSE -> new JsonValue.Flag(false);
      case VALUE_NULL -> new JsonValue.Nothing();
      case VALUE_NUMBER_FLOAT ->
          throw new MalformedJsonException("expected whole numbers only, got another");
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new MalformedJsonException("expected a JSON value, got " + token);
    };
  }

  private static JsonValue members(JsonParser parser) throws IOException, MalformedJsonException {
    SortedMap<String, JsonValue> members = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (members.put(name, value(parser)) != null) {
        throw new MalformedJsonException("a member stands in its object twice: " + shortened(name));
      }
    }
    return new JsonValue.Members(members);
  }

  private static JsonValue items(JsonParser parser) throws IOException, MalformedJsonException {
    List<JsonValue> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return new JsonValue.Items(items);
  }

  private static JsonValue whole(JsonParser parser) throws IOException, MalformedJsonException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new MalformedJsonException("expected whole numbers of 64 bits, got a larger one");
    }
    return new JsonValue.Whole(parser.getLongValue());
  }

  static String shortened(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(60)
        .map(c -> JsonValue.Text.isPlain(c) ? c : '?')
        .forEach(shown::appendCodePoint);
    return "'" + shown + "'";
  }
}
