package dev.tributary.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Our own test vectors, published as JSON for other implementations. A test computes the document
 * and compares it with the resource; when they differ, the computed one is left in {@code
 * target/vectors}.
 */
public final class PublishedVectors {

  private PublishedVectors() {}

  /** Fails unless {@code vectors/name} is this document. */
  public static void assertPublished(String name, Map<String, Object> document) {
    StringBuilder json = new StringBuilder();
    append(json, document, "");
    String computed = json.append('\n').toString();
    try (InputStream in =
        PublishedVectors.class.getClassLoader().getResourceAsStream("vectors/" + name)) {
      String published = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (!published.equals(computed)) {
        Path folder = Files.createDirectories(Path.of("target", "vectors"));
        Files.writeString(folder.resolve(name), computed);
      }
      assertThat(computed).as("vectors/%s", name).isEqualTo(published);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Random bytes that are the same each time: SHA-256(label ‖ counter), 8 bytes big-endian. */
  public static SecureRandom repeatable(String label) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;
      private long counter;
      private byte[] block = {};
      private int used;

      @Override
      public void nextBytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
          if (used == block.length) {
            byte[] text = label.getBytes(StandardCharsets.US_ASCII);
            byte[] input = Arrays.copyOf(text, text.length + Long.BYTES);
            for (int j = 0; j < Long.BYTES; j++) {
              input[text.length + j] = (byte) (counter >>> (56 - 8 * j));
            }
            block = Sha256.of(input);
            used = 0;
            counter++;
          }
          bytes[i] = block[used++];
        }
      }
    };
  }

  private static void append(StringBuilder json, Object value, String indent) {
    String deeper = indent + "  ";
    if (value instanceof Map<?, ?> map) {
      json.append('{');
      for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
        Map.Entry<?, ?> entry = i.next();
        json.append('\n').append(deeper).append('"').append(entry.getKey()).append("\": ");
        append(json, entry.getValue(), deeper);
        json.append(i.hasNext() ? "," : "");
      }
      json.append('\n').append(indent).append('}');
    } else if (value instanceof List<?> list) {
      json.append('[');
      for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
        json.append('\n').append(deeper);
        append(json, i.next(), deeper);
        json.append(i.hasNext() ? "," : "");
      }
      json.append('\n').append(indent).append(']');
    } else if (value instanceof Number) {
      json.append(value);
    } else {
      json.append('"').append(value).append('"');
    }
  }
}
