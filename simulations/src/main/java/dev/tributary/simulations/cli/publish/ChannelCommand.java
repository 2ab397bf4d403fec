package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code channel}: which versions devices run, how that came about, and why some do not. */
@Command(
    name = "channel",
    description = "Lists and shows channels, and moves the rollout in one.",
    mixinStandardHelpOptions = true)
public final class ChannelCommand implements Runnable {

  private static final String CHANNEL = "POPULATION/NAME, such as keyboards/stable.";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "channel: say list, show, history, refusals, approve or widen");
  }

  @Command(name = "list", description = "Lists all channels.", mixinStandardHelpOptions = true)
  int list(@Mixin AdminConnection connection, @Mixin Output output) throws InterruptedException {
    JsonNode answer = connection.get("/api/v1/channels");
    output.print(answer, out -> ChannelText.table(answer.path("channels")).print(out));
    return 0;
  }

  @Command(name = "show", description = "Shows a channel.", mixinStandardHelpOptions = true)
  int show(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "CHANNEL", description = CHANNEL) String channel)
      throws InterruptedException {
    JsonNode answer = connection.get(ChannelPath.of(channel));
    output.print(answer, out -> ChannelText.print(answer, out));
    return 0;
  }

  @Command(
      name = "history",
      description = "Shows what happened to a channel, the newest first.",
      mixinStandardHelpOptions = true)
  int history(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "CHANNEL", description = CHANNEL) String channel,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "At most this many (default 20).")
          int limit)
      throws InterruptedException {
    JsonNode answer = connection.get(ChannelPath.of(channel) + "/history?limit=" + limit);
    output.print(
        answer,
        out -> {
          Table table = new Table("at", "by", "what", "version", "manifest", "reason");
          for (JsonNode change : answer.path("changes")) {
            table.row(
                Output.time(change.path("at")),
                Output.text(change, "actor"),
                Output.text(change, "action"),
                Output.shortDigest(change.path("version")),
                Output.shortDigest(change.path("manifest")),
                Output.text(change, "reason"));
          }
          table.print(out);
        });
    return 0;
  }

  @Command(
      name = "refusals",
      description = {
        "Shows why devices do not take what their channels say, and how many: each counts with the"
            + " last cause that it reported, until it has taken an update.",
        "docs/publishing.md says what the causes mean."
      },
      mixinStandardHelpOptions = true)
  int refusals(@Mixin AdminConnection connection, @Mixin Output output)
      throws InterruptedException {
    JsonNode answer = connection.get("/api/v1/refusals");
    output.print(
        answer,
        out -> {
          Table table = new Table("cause", "devices");
          answer.path("devices").properties().stream()
              .sorted(
                  Comparator.comparingLong(
                      (Map.Entry<String, JsonNode> cause) -> -cause.getValue().asLong()))
              .forEach(cause -> table.row(cause.getKey(), cause.getValue().asText()));
          table.print(out);
        });
    return 0;
  }

  @Command(
      name = "approve",
      description = "Lets a rollout that waits for approval begin.",
      mixinStandardHelpOptions = true)
  int approve(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "CHANNEL", description = CHANNEL) String channel,
      @Option(names = "--reason", description = "For the history.") @Nullable String reason)
      throws InterruptedException {
    return move(connection, output, channel, "approve", reason);
  }

  @Command(
      name = "widen",
      description = "Takes a rollout to its next stage, whatever its gates say.",
      mixinStandardHelpOptions = true)
  int widen(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "CHANNEL", description = CHANNEL) String channel,
      @Option(names = "--reason", description = "For the history.") @Nullable String reason)
      throws InterruptedException {
    return move(connection, output, channel, "widen", reason);
  }

  private static int move(
      AdminConnection connection,
      Output output,
      String channel,
      String move,
      @Nullable String reason)
      throws InterruptedException {
    var order = JsonNodeFactory.instance.objectNode();
    if (reason != null) {
      order.put("reason", reason);
    }
    JsonNode answer =
        connection.post(
            ChannelPath.of(channel) + "/" + move, AdminConnection.JSON, order.toString());
    output.print(answer, out -> ChannelText.print(answer, out));
    return 0;
  }
}
