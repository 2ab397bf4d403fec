package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.VersionDigest;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model promote}. */
@Command(
    name = "promote",
    description = {
      "Makes a version ready for devices and sends it on its way in a channel.",
      "With --stages the shares of devices that get it one after the other, in percent; between"
          + " stages the gates decide.",
      "Without, and in a channel without a release, all devices get it at once."
    },
    mixinStandardHelpOptions = true)
final class PromoteCommand implements Callable<Integer> {
  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Parameters(paramLabel = "DIGEST", description = VersionDigest.DESCRIPTION)
  private String digest = "";

  @Option(
      names = "--channel",
      paramLabel = "POPULATION/NAME",
      required = true,
      description = "Where to.")
  private String channel = "";

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description =
          "Artifacts for devices besides float32: fp16, int8, int4 are made, others must have been"
              + " uploaded (model compress --upload).")
  private List<String> kinds = List.of();

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "PERCENT",
      description = "For example 1,5,25,100.")
  private List<Double> stages = List.of();

  @Option(
      names = "--minimum-seconds",
      paramLabel = "SECONDS",
      description = "Least time of a stage (default: an hour).")
  private @Nullable Long minimumSeconds;

  @Option(
      names = "--gates",
      paramLabel = "JSON",
      description = "Limits that differ from the usual, as an object; docs/publishing.md.")
  private @Nullable String gates;

  @Option(names = "--approval", description = "Wait for 'channel approve' before it begins.")
  private boolean approval;

  @Option(names = "--reason", description = "For the history.")
  private @Nullable String reason;

  @Override
  public Integer call() throws InterruptedException {
    ObjectNode order =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", VersionDigest.of(connection, digest))
            .put("approval", approval);
    kinds.forEach(order.withArray("kinds")::add);
    if (!stages.isEmpty()) {
      ObjectNode plan = order.putObject("plan");
      stages.forEach(stage -> plan.withArray("permyriads").add((int) Math.round(stage * 100)));
      if (minimumSeconds != null) {
        plan.put("minimumSeconds", minimumSeconds);
      }
      if (gates != null) {
        plan.set("gates", parsed(gates));
      }
    } else if (gates != null || minimumSeconds != null) {
      throw CommandFailedException.wrongUsage(
          "model promote: --gates and --minimum-seconds belong to --stages");
    }
    if (reason != null) {
      order.put("reason", reason);
    }
    JsonNode answer =
        connection.postLong(
            ChannelPath.of(channel) + "/promote", AdminConnection.JSON, order.toString());
    output.print(answer, out -> ChannelText.print(answer, out));
    return 0;
  }

  private static JsonNode parsed(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw CommandFailedException.wrongUsage(
          "--gates is no JSON object: " + e.getOriginalMessage());
    }
  }
}
