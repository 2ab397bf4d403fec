package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import dev.tributary.simulations.cli.operator.VersionDigest;
import dev.tributary.simulations.cli.publish.compress.CompressCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model}: the versions that were published. */
@Command(
    name = "model",
    description = "Lists, shows and downloads model versions, and publishes them.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CompressCommand.class,
      PromoteCommand.class,
      RollBackCommand.class,
      ExportCommand.class,
      DiffCommand.class,
      CollectCommand.class
    })
public final class ModelCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "model: say list, show, download, compress, promote, rollback, export, diff or gc");
  }

  @Command(
      name = "list",
      description = "Lists model versions, the newest first.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Option(names = "--task", paramLabel = "TASK", description = "Versions of this task only.")
          @Nullable String task,
      @Option(
              names = "--after",
              paramLabel = "TASK.VERSION",
              description = "Versions after this one, for the next page.")
          @Nullable String after,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "At most this many (default 100).")
          int limit)
      throws InterruptedException {
    JsonNode answer =
        connection.get(
            "/api/v1/models?limit="
                + limit
                + (task == null ? "" : "&task=" + AdminConnection.segment(task))
                + (after == null ? "" : "&after=" + AdminConnection.segment(after)));
    output.print(answer, out -> table(answer).print(out));
    return 0;
  }

  @Command(
      name = "show",
      description = "Shows the versions with a digest, and the files that it was published in.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "DIGEST", description = VersionDigest.DESCRIPTION) String given)
      throws InterruptedException {
    String digest = VersionDigest.of(connection, given);
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .set(
                "models",
                connection.get("/api/v1/models/" + AdminConnection.segment(digest)).path("models"));
    Optional<JsonNode> manifest = PublishedManifest.find(connection, digest);
    answer.put("published", manifest.isPresent());
    for (String files : List.of("artifacts", "deltas")) {
      answer.set(
          files,
          manifest
              .map(published -> published.path(files))
              .orElseGet(JsonNodeFactory.instance::arrayNode));
    }
    output.print(
        answer,
        out -> {
          table(answer).print(out);
          for (JsonNode version : answer.path("models")) {
            out.println();
            out.println("digest  " + Output.text(version, "digest"));
            out.println("parent  " + Output.text(version, "parent"));
            for (JsonNode evaluation : version.path("evaluations")) {
              out.println(
                  "on devices ("
                      + Output.text(evaluation, "round")
                      + ", "
                      + Output.text(evaluation, "devices")
                      + " devices)  accuracy "
                      + Output.percent(evaluation.path("metrics").path("accuracy"))
                      + ", macro F1 "
                      + Output.percent(evaluation.path("metrics").path("macroF1")));
            }
          }
          out.println();
          manifest.ifPresentOrElse(
              published -> PublishedManifest.printFiles(published, out),
              () -> out.println("not published: no artifacts"));
        });
    return 0;
  }

  @Command(
      name = "download",
      description = "Saves a model as a safetensors file, after checking its digest.",
      mixinStandardHelpOptions = true)
  int download(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(index = "0", paramLabel = "DIGEST", description = VersionDigest.DESCRIPTION)
          String given,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Where to (default: DIGEST.safetensors).")
          @Nullable Path out)
      throws InterruptedException {
    String digest = VersionDigest.of(connection, given);
    Path target = out == null ? Path.of(AdminConnection.segment(digest) + ".safetensors") : out;
    long bytes =
        SavedFile.save(
            connection,
            "/api/v1/models/" + AdminConnection.segment(digest) + "/file",
            digest,
            target);
    output.print(
        JsonNodeFactory.instance
            .objectNode()
            .put("digest", digest)
            .put("file", target.toAbsolutePath().toString())
            .put("bytes", bytes),
        text -> text.println(bytes + " bytes in " + target));
    return 0;
  }

  private static Table table(JsonNode answer) {
    Table table =
        new Table(
            "task",
            "version",
            "digest",
            "parent",
            "round",
            "devices",
            "bytes",
            "accuracy",
            "loss",
            "created");
    for (JsonNode model : answer.path("models")) {
      table.row(
          Output.text(model, "task"),
          Output.text(model, "version"),
          Output.shortDigest(model.path("digest")),
          Output.shortDigest(model.path("parent")),
          Output.text(model, "round"),
          Output.text(model, "devices"),
          Output.text(model, "bytes"),
          Output.percent(model.path("metrics").path("accuracy")),
          Output.decimal(model.path("metrics").path("loss")),
          Output.time(model.path("createdAt")));
    }
    return table;
  }
}
