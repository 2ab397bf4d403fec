package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code model} can do with published versions. Methods are commands of their own. */
public final class ModelPublishing {

  private static final String DIGEST = "Version: 64 hexadecimal digits.";

  private ModelPublishing() {}

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
  public static final class Promote implements Callable<Integer> {
    @Mixin private AdminConnection connection;
    @Mixin private Output output;

    @Parameters(paramLabel = "DIGEST", description = DIGEST)
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
        description = "Artifacts to make besides float32: fp16, int8, int4.")
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
          JsonNodeFactory.instance.objectNode().put("version", digest).put("approval", approval);
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
          connection.post(
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

  /** {@code model rollback}. */
  @Command(
      name = "rollback",
      description = {
        "Ends the rollout of a channel: all devices go back to the release.",
        "With --to an earlier version is the release again, at once."
      },
      mixinStandardHelpOptions = true)
  public static final class RollBack implements Callable<Integer> {
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
        order.put("version", version);
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

  /** {@code model export}. */
  @Command(
      name = "export",
      description = "Saves a file of a published version, after checking its digest.",
      mixinStandardHelpOptions = true)
  public static final class Export implements Callable<Integer> {
    @Mixin private AdminConnection connection;
    @Mixin private Output output;

    @Parameters(paramLabel = "DIGEST", description = DIGEST)
    private String digest = "";

    @Option(
        names = "--kind",
        defaultValue = "float32",
        description = "Which of its artifacts (default: float32).")
    private String kind = "float32";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
      JsonNode manifest = manifest(connection, digest);
      for (JsonNode artifact : manifest.path("artifacts")) {
        if (artifact.path("kind").asText().equals(kind)) {
          save(artifact.path("digest").asText());
          return 0;
        }
      }
      throw CommandFailedException.failed(
          "version " + digest + " was published without an artifact of kind " + kind);
    }

    private void save(String file) throws InterruptedException {
      try (InputStream in =
          connection.stream("/api/v1/artifacts/" + AdminConnection.segment(file) + "/file")) {
        byte[] content = in.readAllBytes();
        String found = HexFormat.of().formatHex(Sha256.of(content));
        if (!found.equals(file)) {
          throw CommandFailedException.failed(
              "the file that came has the digest " + found + ", not " + file);
        }
        Files.write(out, content);
        output.print(
            JsonNodeFactory.instance
                .objectNode()
                .put("digest", file)
                .put("kind", kind)
                .put("file", out.toAbsolutePath().toString())
                .put("bytes", content.length),
            text -> text.println(content.length + " bytes in " + out));
      } catch (IOException e) {
        throw CommandFailedException.failed(out + " cannot be saved: " + e);
      }
    }
  }

  /** {@code model diff}. */
  @Command(
      name = "diff",
      description = "Sets two published versions side by side: files, sizes, metrics.",
      mixinStandardHelpOptions = true)
  public static final class Diff implements Callable<Integer> {
    @Mixin private AdminConnection connection;
    @Mixin private Output output;

    @Parameters(index = "0", paramLabel = "OLDER", description = DIGEST)
    private String older = "";

    @Parameters(index = "1", paramLabel = "NEWER", description = DIGEST)
    private String newer = "";

    @Override
    public Integer call() throws InterruptedException {
      JsonNode from = manifest(connection, older);
      JsonNode to = manifest(connection, newer);
      ObjectNode both = JsonNodeFactory.instance.objectNode();
      both.set("older", from);
      both.set("newer", to);
      output.print(
          both,
          out -> {
            Table files = new Table("kind", "bytes before", "bytes now", "delta");
            for (JsonNode artifact : to.path("artifacts")) {
              String kind = artifact.path("kind").asText();
              JsonNode before = named(from.path("artifacts"), "kind", kind);
              JsonNode delta = leading(to.path("deltas"), before.path("digest").asText());
              files.row(
                  kind,
                  before.path("bytes").asText("-"),
                  artifact.path("bytes").asText(),
                  delta.path("bytes").asText("-"));
            }
            files.print(out);
            Table metrics = new Table("data", "accuracy before", "accuracy now", "examples");
            for (JsonNode measured : to.path("metrics")) {
              JsonNode before = named(from.path("metrics"), "data", measured.path("data").asText());
              metrics.row(
                  measured.path("data").asText(),
                  percent(before),
                  percent(measured),
                  measured.path("examples").asText());
            }
            metrics.print(out);
          });
      return 0;
    }

    private static JsonNode named(JsonNode list, String key, String value) {
      for (JsonNode entry : list) {
        if (entry.path(key).asText().equals(value)) {
          return entry;
        }
      }
      return JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode leading(JsonNode deltas, String from) {
      return named(deltas, "from", from);
    }

    private static String percent(JsonNode metrics) {
      return metrics.has("accuracyPpm")
          ? String.format(Locale.ROOT, "%.2f %%", metrics.path("accuracyPpm").asLong() / 1e4)
          : "-";
    }
  }

  /** {@code model gc}. */
  @Command(
      name = "gc",
      description = {
        "Deletes published files that no channel, none of its last releases and no delta between"
            + " them needs.",
        "With --dry-run it only says which."
      },
      mixinStandardHelpOptions = true)
  public static final class Collect implements Callable<Integer> {
    @Mixin private AdminConnection connection;
    @Mixin private Output output;

    @Option(names = "--dry-run", description = "Delete nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
      JsonNode answer =
          connection.post(
              "/api/v1/garbage",
              AdminConnection.JSON,
              JsonNodeFactory.instance.objectNode().put("dryRun", dryRun).toString());
      output.print(
          answer,
          out -> {
            Table table = new Table("file", "bytes");
            for (JsonNode file : answer.path("files")) {
              table.row(Output.text(file, "digest"), Output.text(file, "bytes"));
            }
            table.print(out);
            out.println(
                (dryRun ? "would delete " : "deleted ")
                    + answer.path("count").asLong()
                    + " files, "
                    + answer.path("bytes").asLong()
                    + " bytes");
          });
      return 0;
    }
  }

  private static JsonNode manifest(AdminConnection connection, String digest)
      throws InterruptedException {
    return connection.get("/api/v1/models/" + AdminConnection.segment(digest) + "/manifest");
  }
}
