package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.operator.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code trust root install}: hands a complete root to the coordinator. */
@Command(
    name = "install",
    description =
        "Hands a root that is signed by enough keys to the coordinator, which goes on under it.",
    mixinStandardHelpOptions = true)
public final class InstallRoot implements Callable<Integer> {
  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Parameters(paramLabel = "ROOT", description = "The root file.")
  private Path root = Path.of("");

  @Override
  public Integer call() throws InterruptedException {
    String file;
    try {
      file = Files.readString(root, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandFailedException.wrongUsage(root + " cannot be read: " + e);
    }
    connection.postForNothing("/api/v1/root", AdminConnection.JSON, file);
    output.print(
        JsonNodeFactory.instance.objectNode().put("installed", root.toString()),
        out -> out.println(root + " is installed"));
    return 0;
  }
}
