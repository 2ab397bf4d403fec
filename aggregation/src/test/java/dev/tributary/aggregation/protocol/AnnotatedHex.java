package dev.tributary.aggregation.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes written for people: hexadecimal digits and {@code 'ASCII text'}, with blanks anywhere and
 * comments from {@code #} to the end of the line.
 */
final class AnnotatedHex {

  private static final Pattern TOKEN = Pattern.compile("'(?<text>[^']*)'|(?<hex>[0-9a-f]+)|#.*");

  private AnnotatedHex() {}

  static byte[] resource(String name) {
    try (InputStream in = AnnotatedHex.class.getResourceAsStream("/wire/" + name + ".hex")) {
      if (in == null) {
        throw new IllegalArgumentException("no resource /wire/" + name + ".hex");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] parse(String annotated) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher token = TOKEN.matcher(annotated);
    while (token.find()) {
      String text = token.group("text");
      String hex = token.group("hex");
      if (text != null) {
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      } else if (hex != null) {
        bytes.writeBytes(HexFormat.of().parseHex(hex));
      }
    }
    return bytes.toByteArray();
  }
}
