package dev.tributary.aggregation.model.safetensors;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the few JSON tokens (RFC 8259) that a safetensors header is made of, front to back.
 *
 * <p>It knows no nesting of its own, so that no input can make it recurse: the depth is what its
 * caller asks for. Numbers are unsigned integers below 2^53.
 */
final class HeaderScanner {

  private static final long MAX_NUMBER =
      (1L << 53) - 1; // RFC 8259 s. 6: integers that every reader agrees on
  private static final int MAX_STRING_LENGTH = 64 * 1024;

  private final String text;
  private int position;

  /**
   * @throws MalformedSafetensorsException if the bytes are not UTF-8
   */
  HeaderScanner(byte[] header) throws MalformedSafetensorsException {
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedSafetensorsException("header: not UTF-8");
    }
  }

  /** Whether the next character is this one, with no white space before it. */
  boolean startsWith(char expected) {
    return position < text.length() && text.charAt(position) == expected;
  }

  /** Consumes the character if it comes next after white space. */
  boolean tryConsume(char expected) {
    while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    if (!startsWith(expected)) {
      return false;
    }
    position++;
    return true;
  }

  void consume(char expected) throws MalformedSafetensorsException {
    if (!tryConsume(expected)) {
      throw fault("expected '" + expected + "'");
    }
  }

  /** Only the padding that the format allows may be left: spaces. */
  void consumePadding() throws MalformedSafetensorsException {
    for (; position < text.length(); position++) {
      if (text.charAt(position) != ' ') {
        throw fault("expected only spaces after the JSON object");
      }
    }
  }

  long readNumber() throws MalformedSafetensorsException {
    boolean leadingZero = tryConsume('0');
    if (leadingZero) {
      position--;
    }
    int start = position;
    long number = 0;
    while (position < text.length()
        && text.charAt(position) >= '0'
        && text.charAt(position) <= '9') {
      number = number * 10 + (text.charAt(position++) - '0'); // below 10 * 2^53 + 9: no overflow
      if (number > MAX_NUMBER) {
        throw fault("number above 2^53");
      }
    }
    if (position == start || (leadingZero && position > start + 1)) {
      throw fault("expected an unsigned integer without leading zeros");
    }
    return number;
  }

  String readString() throws MalformedSafetensorsException {
    consume('"');
    StringBuilder string = new StringBuilder();
    while (!startsWith('"')) {
      if (position >= text.length() || string.length() >= MAX_STRING_LENGTH) {
        throw fault("string without end, or longer than " + MAX_STRING_LENGTH);
      }
      char c = text.charAt(position++);
      if (c < ' ') {
        throw fault("control character in a string");
      }
      string.append(c == '\\' ? readEscape() : c);
    }
    position++;
    return string.toString();
  }

  private char readEscape() throws MalformedSafetensorsException {
    if (position >= text.length()) {
      throw fault("unfinished escape");
    }
    char escape = text.charAt(position++);
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> readCodeUnit();
      default -> throw fault("unknown escape");
    };
  }

  private char readCodeUnit() throws MalformedSafetensorsException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = position < text.length() ? Character.digit(text.charAt(position), 16) : -1;
      if (digit < 0
          || text.charAt(position) > 'f') { // Character.digit also takes digits of other scripts
        throw fault("expected four hexadecimal digits");
      }
      unit = unit << 4 | digit;
      position++;
    }
    return (char) unit;
  }

  MalformedSafetensorsException fault(String problem) {
    return new MalformedSafetensorsException("header: " + problem + " at character " + position);
  }
}
