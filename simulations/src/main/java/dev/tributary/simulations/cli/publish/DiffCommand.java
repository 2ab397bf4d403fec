package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import dev.tributary.simulations.cli.operator.VersionDigest;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code model diff}. */
@Command(
    name = "diff",
    description = "Sets two published versions side by side: files, sizes, metrics.",
    mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Parameters(index = "0", paramLabel = "OLDER", description = VersionDigest.DESCRIPTION)
  private String older = "";

  @Parameters(index = "1", paramLabel = "NEWER", description = VersionDigest.DESCRIPTION)
  private String newer = "";

  @Override
  public Integer call() throws InterruptedException {
    JsonNode from = PublishedManifest.of(connection, VersionDigest.of(connection, older));
    JsonNode to = PublishedManifest.of(connection, VersionDigest.of(connection, newer));
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
