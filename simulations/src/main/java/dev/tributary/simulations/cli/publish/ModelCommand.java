package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import dev.tributary.simulations.cli.operator.VersionDigest;
import dev.tributary.simulations.cli.publish.compress.CompressCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
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
      description = "Shows the versions with a digest.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "DIGEST", description = VersionDigest.DESCRIPTION) String given)
      throws InterruptedException {
    String digest = VersionDigest.of(connection, given);
    JsonNode answer = connection.get("/api/v1/models/" + AdminConnection.segment(digest));
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
    long bytes = save(connection, digest, target);
    output.print(
        JsonNodeFactory.instance
            .objectNode()
            .put("digest", digest)
            .put("file", target.toAbsolutePath().toString())
            .put("bytes", bytes),
        text -> text.println(bytes + " bytes in " + target));
    return 0;
  }

  /** To a temporary file first: what is at the target is whole and right, or was there before. */
  private static long save(AdminConnection connection, String digest, Path target)
      throws InterruptedException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      MessageDigest sha256 = Sha256.start();
      long bytes;
      try (InputStream in =
              new DigestInputStream(
                  connection.stream("/api/v1/models/" + AdminConnection.segment(digest) + "/file"),
                  sha256);
          OutputStream file = Files.newOutputStream(unfinished)) {
        bytes = in.transferTo(file);
      }
      String found = HexFormat.of().formatHex(sha256.digest());
      if (!found.equals(digest)) {
        throw CommandFailedException.failed(
            "the file that came has the digest " + found + ", not " + digest);
      }
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return bytes;
    } catch (IOException e) {
      throw CommandFailedException.failed(target + " cannot be saved: " + e);
    } finally {
      deleteIfThere(unfinished);
    }
  }

  private static void deleteIfThere(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw CommandFailedException.failed(file + " is left over and cannot be deleted: " + e);
    }
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
