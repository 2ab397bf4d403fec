package dev.tributary.simulations.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * The option {@code --json}: results as one object on the last line of standard output, all else on
 * standard error.
 */
public final class JsonOption {

  private static final JsonMapper MAPPER = new JsonMapper();

  @Option(
      names = "--json",
      description = "Print the result as one JSON object; progress goes to standard error.")
  private boolean enabled;

  /** Whether it was given. */
  public boolean isEnabled() {
    return enabled;
  }

  /** Where progress goes: beside the result only when a person reads both. */
  public PrintWriter progressWriter(CommandSpec spec) {
    return enabled ? spec.commandLine().getErr() : spec.commandLine().getOut();
  }

  /** Prints the result in the form that was asked for. */
  public void print(CommandSpec spec, Map<String, ?> fields, Consumer<PrintWriter> asText) {
    PrintWriter out = spec.commandLine().getOut();
    if (!enabled) {
      asText.accept(out);
      return;
    }
    try {
      out.println(MAPPER.writeValueAsString(fields));
    } catch (JsonProcessingException impossible) { // maps of numbers and text
      throw new IllegalStateException("the result cannot be written as JSON", impossible);
    }
  }
}
