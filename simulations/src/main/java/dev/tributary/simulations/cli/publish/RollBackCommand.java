package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.VersionDigest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model rollback}. */
@Command(
    name = "rollback",
    description = {
      "Ends the rollout of a channel: all devices go back to the release.",
      "With --to an earlier version is the release again, at once."
    },
    mixinStandardHelpOptions = true)
final class RollBackCommand implements Callable<Integer> {
  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Parameters(paramLabel = "POPULATION/NAME", description = "The channel.")
  private String channel = "";

  @Option(names = "--to", paramLabel = "DIGEST", description = "An earlier version.")
  private @Nullable String version;

  @Option(names = "--reason", description = "For the history.")
  private @Nullable String reason;

  @Override
  public Integer call() throws InterruptedException {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    if (version != null) {
      order.put("version", VersionDigest.of(connection, version));
    }
    if (reason != null) {
      order.put("reason", reason);
    }
    JsonNode answer =
        connection.post(
            ChannelPath.of(channel) + "/rollback", AdminConnection.JSON, order.toString());
    output.print(answer, out -> ChannelText.print(answer, out));
    return 0;
  }
}
