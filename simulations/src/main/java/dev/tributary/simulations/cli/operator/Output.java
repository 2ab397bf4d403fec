package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.simulations.output.JsonOption;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints an answer of the coordinator: as it is with {@code --json}, for people otherwise. */
public final class Output {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private JsonOption json;

  public void print(JsonNode answer, Consumer<PrintWriter> asText) {
    json.print(
        spec, MAPPER.convertValue(answer, new TypeReference<Map<String, Object>>() {}), asText);
  }

  /** Where lines go that are not the result. */
  public PrintWriter progress() {
    return json.progressWriter(spec);
  }

  public static String text(JsonNode node, String key) {
    return node.path(key).asText("-");
  }

  /** A share in per cent; a dash when it is not there. */
  public static String percent(JsonNode value) {
    return value.isNumber()
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value.doubleValue())
        : "-";
  }

  public static String decimal(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.doubleValue()) : "-";
  }

  /** To the second, as people read it. */
  public static String time(JsonNode instant) {
    String text = instant.asText("");
    return text.length() >= 19 ? text.substring(0, 19).replace('T', ' ') : "-";
  }

  public static String shortDigest(JsonNode digest) {
    String text = digest.asText("");
    return text.length() > 12 ? text.substring(0, 12) : "-";
  }
}
