package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code round}: what is going on, and what has. */
@Command(
    name = "round",
    description = "Lists, shows and watches rounds.",
    mixinStandardHelpOptions = true)
public final class RoundCommand implements Runnable {

  private static final String DATA = "data: ";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "round: say list, show or watch");
  }

  @Command(
      name = "list",
      description = "Lists rounds, the newest first.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Option(names = "--task", paramLabel = "TASK", description = "Rounds of this task only.")
          @Nullable String task,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "At most this many (default 20).")
          int limit)
      throws InterruptedException {
    JsonNode answer =
        connection.get(
            "/api/v1/rounds?limit="
                + limit
                + (task == null ? "" : "&task=" + AdminConnection.segment(task)));
    Table table =
        new Table(
            "round",
            "kind",
            "state",
            "counted",
            "selected",
            "dropped",
            "accuracy",
            "loss",
            "since",
            "reason");
    for (JsonNode round : answer.path("rounds")) {
      table.row(
          Output.text(round, "round"),
          Output.text(round, "kind"),
          Output.text(round, "state"),
          Output.text(round, "countedCount") + "/" + Output.text(round, "targetCount"),
          Output.text(round, "selectedCount"),
          Output.text(round, "droppedCount"),
          Output.percent(round.path("metrics").path("accuracy")),
          Output.decimal(round.path("metrics").path("loss")),
          Output.time(round.path("plannedAt")),
          Output.text(round, "reason"));
    }
    output.print(answer, table::print);
    return 0;
  }

  @Command(name = "show", description = "Shows one round.", mixinStandardHelpOptions = true)
  int show(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "ROUND", description = "Name of the round, such as digits.7.")
          String round)
      throws InterruptedException {
    JsonNode answer = connection.get("/api/v1/rounds/" + AdminConnection.segment(round));
    output.print(answer, out -> show(answer, out));
    return 0;
  }

  @Command(
      name = "watch",
      description = {
        "Follows one round until it ends, or all rounds (of a task) until you stop it.",
        "With --json the last line is the last round document; events go to standard error."
      },
      mixinStandardHelpOptions = true)
  int watch(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(
              arity = "0..1",
              paramLabel = "ROUND",
              description = "Name of the round, such as digits.7.")
          @Nullable String round,
      @Option(names = "--task", paramLabel = "TASK", description = "Rounds of this task only.")
          @Nullable String task)
      throws InterruptedException {
    if (round != null && task != null) {
      throw CommandFailedException.wrongUsage("round watch: ROUND and --task exclude each other");
    }
    String path =
        round != null
            ? "/api/v1/rounds/" + AdminConnection.segment(round) + "/events"
            : "/api/v1/events" + (task == null ? "" : "?task=" + AdminConnection.segment(task));
    ObjectNode last = JsonNodeFactory.instance.objectNode();
    PrintWriter progress = output.progress();
    try (Stream<String> lines = connection.lines(path)) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        if (line.startsWith(DATA)) {
          JsonNode event = parsed(line.substring(DATA.length()));
          progress.println(line(event));
          progress.flush();
          last.removeAll();
          last.setAll((ObjectNode) event);
        }
      }
    } catch (UncheckedIOException e) {
      throw CommandFailedException.unreachable("the coordinator has gone: " + e.getMessage());
    }
    output.print(last, out -> {});
    return 0;
  }

  private static JsonNode parsed(String data) {
    try {
      return MAPPER.readTree(data);
    } catch (JsonProcessingException e) {
      throw CommandFailedException.failed("an event is no JSON: is this a coordinator?");
    }
  }

  /** A round on one line. */
  static String line(JsonNode round) {
    JsonNode metrics = round.path("metrics");
    return Output.time(round.path("at"))
        + "  "
        + Output.text(round, "round")
        + "  "
        + Output.text(round, "state")
        + "  "
        + Output.text(round, "countedCount")
        + " of "
        + Output.text(round, "targetCount")
        + " counted, "
        + Output.text(round, "selectedCount")
        + " selected, "
        + Output.text(round, "droppedCount")
        + " dropped"
        + (metrics.isObject()
            ? "  accuracy "
                + Output.percent(metrics.path("accuracy"))
                + ", loss "
                + Output.decimal(metrics.path("loss"))
            : "")
        + (Output.text(round, "reason").isEmpty()
            ? ""
            : "  (" + Output.text(round, "reason") + ")");
  }

  private static void show(JsonNode round, PrintWriter out) {
    new Table("round", Output.text(round, "round"))
        .row("kind", Output.text(round, "kind"))
        .row("state", Output.text(round, "state"))
        .row("reason", Output.text(round, "reason"))
        .row("planned", Output.time(round.path("plannedAt")))
        .row("last event", Output.time(round.path("at")))
        .row("deadline", Output.time(round.path("deadline")))
        .row("selected", Output.text(round, "selectedCount"))
        .row("counted", Output.text(round, "countedCount"))
        .row("dropped", Output.text(round, "droppedCount"))
        .row("target", Output.text(round, "targetCount"))
        .row("minimum", Output.text(round, "minimumCount"))
        .row("from model", Output.text(round, "base"))
        .row("to model", Output.text(round, "result"))
        .row("accuracy", Output.percent(round.path("metrics").path("accuracy")))
        .row("loss", Output.decimal(round.path("metrics").path("loss")))
        .print(out);
  }
}
