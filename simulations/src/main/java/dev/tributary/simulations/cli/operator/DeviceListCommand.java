package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code device list}: who has enrolled. */
@Command(
    name = "list",
    description = "Lists enrolled devices in the order of their ids.",
    mixinStandardHelpOptions = true)
public final class DeviceListCommand implements Callable<Integer> {

  @Mixin private AdminConnection connection;

  @Mixin private Output output;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Devices after this one, for the next page.")
  private @Nullable String after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most this many (default 100).")
  private int limit;

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer =
        connection.get(
            "/api/v1/devices?limit="
                + limit
                + (after == null ? "" : "&after=" + AdminConnection.segment(after)));
    Table table = new Table("device", "population", "sdk", "enrolled", "last seen");
    for (JsonNode device : answer.path("devices")) {
      table.row(
          Output.text(device, "id"),
          Output.text(device, "population"),
          Output.text(device, "sdkVersion"),
          Output.time(device.path("enrolledAt")),
          Output.time(device.path("lastSeenAt")));
    }
    output.print(answer, table::print);
    return 0;
  }
}
