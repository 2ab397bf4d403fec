package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.VersionDigest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code model diff}. */
@Command(
    name = "diff",
    description = {
      "Sets two published versions side by side: the size of each kind of artifact and of the delta"
          + " between the two,",
      "accuracy, loss, recall and F1, of each class too, and of each file that was measured on the"
          + " same data in both. Changes of shares are in percentage points."
    },
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
    ObjectNode diff = VersionDiff.of(from, to);
    diff.set("older", from);
    diff.set("newer", to);
    output.print(diff, out -> VersionDiff.print(diff, out));
    return 0;
  }
}
