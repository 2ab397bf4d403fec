package dev.tributary.security;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Test vectors in our own form: a case a line, fields between blanks, comments after {@code #}. */
public final class Vectors {

  private Vectors() {}

  /** The cases in a resource, such as {@code "wycheproof/x25519.txt"}. */
  public static List<List<String>> read(String resource) {
    try (InputStream in =
            Objects.requireNonNull(
                Vectors.class.getClassLoader().getResourceAsStream(resource), resource);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      return reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> List.of(line.split(" ", -1)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A field in hexadecimal; {@code "-"} is empty. */
  public static byte[] hex(String field) {
    return field.equals("-") ? new byte[0] : HexFormat.of().parseHex(field);
  }
}
