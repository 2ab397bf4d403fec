package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code model gc}. */
@Command(
    name = "gc",
    description = {
      "Deletes published files that no channel, none of its last releases and no delta between"
          + " them needs.",
      "Artifacts that were uploaded stay, unless --uploaded says that those for versions that no"
          + " channel needs go too.",
      "With --dry-run it only says which."
    },
    mixinStandardHelpOptions = true)
final class CollectCommand implements Callable<Integer> {
  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Option(names = "--dry-run", description = "Delete nothing.")
  private boolean dryRun;

  @Option(
      names = "--uploaded",
      description = "Also what was uploaded for versions that no channel needs.")
  private boolean uploaded;

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer =
        connection.post(
            "/api/v1/garbage",
            AdminConnection.JSON,
            JsonNodeFactory.instance
                .objectNode()
                .put("dryRun", dryRun)
                .put("uploaded", uploaded)
                .toString());
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
