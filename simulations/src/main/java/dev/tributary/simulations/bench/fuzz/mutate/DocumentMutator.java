package dev.tributary.simulations.bench.fuzz.mutate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Breaks documents of operators, JSON and YAML: in their form, and in what they say. */
final class DocumentMutator {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOLE = "\"*hole*\"";

  /** In the place of a value; not all of it JSON. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1",
          "0.5",
          "-0.0",
          "1e999",
          "1e-999",
          "NaN",
          "Infinity",
          "2147483647",
          "2147483648",
          "9223372036854775808",
          "99999999999999999999999999",
          "\"\"",
          "\"none\"",
          "\"..\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "\"a\"",
          "\"A\"",
          "\"-\"",
          "'x'",
          "1e3",
          "0x10",
          "1_000",
          "*a",
          "&a",
          "!!binary AA==",
          "~",
          "@",
          "`",
          "%",
          "? x",
          "- 1",
          "|",
          ">");

  private static final List<String> YAML_DOCUMENTS =
      List.of(
          """
          a: &a [x,x,x,x,x,x,x,x,x]
          b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
          c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
          d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
          e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
          name: [*e,*e,*e,*e,*e,*e,*e,*e,*e]
          """,
          "&a a: *a\n",
          "name: &x {y: *x}\n",
          "<<: *a\n",
          "name: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]\n",
          "--- {}\n--- {}\n",
          "%YAML 9.9\n---\n{}\n",
          "name:\t- x\n",
          "? [a, b]\n: {c: d}\n",
          "\ufeffname: x\n",
          "name: |\n  x\n y\n",
          "\"name\n",
          "- - - - - - - - - - - - - - - - - - x\n",
          "name: 2001-01-01\npopulation: 0o17\n");

  private final BodyMutator bytes;

  DocumentMutator(BodyMutator bytes) {
    this.bytes = bytes;
  }

  byte[] mutate(byte[] document, Choices choices) {
    return switch (choices.below(12)) {
      case 0 -> bytes.mutate(document, choices);
      case 1 -> deep(choices);
      case 2 -> choices.one(YAML_DOCUMENTS).getBytes(StandardCharsets.UTF_8);
      case 3 -> notUtf8(document, choices);
      case 4 -> longText(document, choices);
      case 5 -> behind(document, choices);
      default -> withAnotherValue(document, choices);
    };
  }

  /** Nested deeper than anybody needs; closed again or not. */
  private static byte[] deep(Choices choices) {
    int depth = choices.size(14);
    String open = choices.one(List.of("[", "{\"a\":", "[{\"name\":", "- ", "{a: "));
    String close = choices.oneIn(2) ? "" : choices.one(List.of("]", "}", "}]"));
    return (open.repeat(depth) + "0" + close.repeat(close.isEmpty() ? 0 : depth))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] notUtf8(byte[] document, Choices choices) {
    byte[] out = document.clone();
    if (out.length > 0) {
      out[choices.below(out.length)] = (byte) (0x80 | choices.below(0x80));
    }
    return out;
  }

  private static byte[] longText(byte[] document, Choices choices) {
    return new String(document, StandardCharsets.UTF_8)
        .replaceFirst(":\\s*\"", "$0" + "a".repeat(choices.size(choices.oneIn(50) ? 17 : 9)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] behind(byte[] document, Choices choices) {
    byte[] more =
        choices
            .one(List.of("{}", "x", "]", ",", "\n---\n{}", " // x", "\u0000", "\n...\nx"))
            .getBytes(StandardCharsets.UTF_8);
    byte[] out = Arrays.copyOf(document, document.length + more.length);
    System.arraycopy(more, 0, out, document.length, more.length);
    return out;
  }

  /** Changes what is said somewhere: another value, a key that is gone, doubled or unknown. */
  private byte[] withAnotherValue(byte[] document, Choices choices) {
    JsonNode root;
    try {
      root = JSON.readTree(document);
    } catch (IOException notJson) {
      return bytes.mutate(document, choices);
    }
    List<ContainerNode<?>> containers = new ArrayList<>();
    collect(root, containers);
    if (containers.isEmpty()) {
      return bytes.mutate(document, choices);
    }
    switch (choices.one(containers)) {
      case ObjectNode object when !object.isEmpty() -> change(object, choices);
      case ArrayNode array when !array.isEmpty() -> array.set(choices.below(array.size()), hole());
      case ContainerNode<?> empty -> collect(empty, containers);
    }
    try {
      return JSON.writeValueAsString(root)
          .replace(HOLE, choices.one(VALUES))
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException impossible) { // a tree can be written
      throw new IllegalStateException(impossible);
    }
  }

  private static void change(ObjectNode object, Choices choices) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    String key = choices.one(keys);
    switch (choices.below(6)) {
      case 0 -> object.remove(key);
      case 1 -> object.set(key + "x", object.get(key));
      case 2 -> object.set(choices.one(keys), object.get(key).deepCopy());
      default -> object.set(key, hole());
    }
  }

  private static JsonNode hole() {
    return JSON.getNodeFactory().textNode(HOLE.substring(1, HOLE.length() - 1));
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> into) {
    if (node instanceof ContainerNode<?> container) {
      into.add(container);
      container.forEach(child -> collect(child, into));
    }
  }
}
