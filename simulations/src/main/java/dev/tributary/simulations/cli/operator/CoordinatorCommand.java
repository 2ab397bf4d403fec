package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.coordinator.ops.ConfigException;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.simulations.artifact.RowsEvaluator;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coordinator}: runs a coordinator until it is told to stop. */
@Command(
    name = "coordinator",
    description = {
      "Runs a coordinator until it is interrupted (Ctrl-C or SIGTERM), then ends its rounds and"
          + " stops.",
      "Exits with 1 when it has to stop by itself: its disk lost a write. Start it again then.",
      "With --json one object says where it listens as soon as it does."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: tributary coordinator stateDirectory=/var/lib/tributary listen.port=8443"
          + " --data digits=mnist,dir=/srv/mnist"
    })
public final class CoordinatorCommand implements Callable<Integer> {

  @Mixin private Output output;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file; docs/coordinator.md has its keys.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "TASK=NAME[,KEY=VALUE...]",
      description = {
        "Labelled rows of this machine, as a scenario's section data: strokes, mnist,dir=DIR,"
            + " csv,file=FILE,labelColumn=NAME... Their test rows measure each version of the task"
            + " and each file that is published of it; rollouts are gated by that. Once for each"
            + " task."
      })
  private List<String> data = List.of();

  @Parameters(paramLabel = "key=value", description = "Overrides of the configuration's keys.")
  private List<String> settings = List.of();

  @Override
  public Integer call() {
    Coordinator coordinator = start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(coordinator), "stop-coordinator"));
    output.print(
        JsonNodeFactory.instance
            .objectNode()
            .put("uri", coordinator.uri().toString())
            .put("adminTokenFile", coordinator.adminTokenFile().toAbsolutePath().toString()),
        out -> {
          out.println("coordinator listens on " + coordinator.uri());
          out.println("admin token of the first start: " + coordinator.adminTokenFile());
          out.flush();
        });
    try {
      coordinator.stopped().toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) { // it closed itself: nothing it says could be kept any more
      throw CommandFailedException.failed(
          "the coordinator stopped: " + Objects.requireNonNull(e.getCause()).getMessage());
    }
    return 0;
  }

  private Coordinator start() {
    CoordinatorConfig config = config();
    ModelEvaluator evaluator =
        data.isEmpty() ? ModelEvaluator.none() : new RowsEvaluator(EvaluationData.load(data));
    try {
      return coordinatorOf(config, evaluator);
    } catch (CompletionException e) {
      if (e.getCause() instanceof ConfigException wrong) {
        throw CommandFailedException.wrongUsage(String.valueOf(wrong.getMessage()));
      }
      throw e;
    }
  }

  private static Coordinator coordinatorOf(CoordinatorConfig config, ModelEvaluator evaluator) {
    return Coordinator.start(config, evaluator).toCompletionStage().toCompletableFuture().join();
  }

  private CoordinatorConfig config() {
    try {
      return CoordinatorConfig.read(Optional.ofNullable(file), System.getenv(), settings);
    } catch (ConfigException e) {
      throw CommandFailedException.wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private static void stop(Coordinator coordinator) {
    coordinator.close().toCompletionStage().toCompletableFuture().join();
  }
}
