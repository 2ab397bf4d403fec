package dev.tributary.simulations.cli;

import dev.tributary.simulations.output.JsonOption;
import dev.tributary.simulations.scenario.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code demo}: a real coordinator and twenty real devices, for somebody who has never seen one.
 */
@Command(
    name = "demo",
    description = {
      "Starts a coordinator on a free port and twenty devices with the SDK that train a model of",
      "handwritten digits over HTTP, each on its own data, for ten rounds. Updates are masked; two",
      "devices drop out of each round after the others have masked with them.",
      "Every key of the demo's scenario can be overridden, for example rounds=2."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final String SCENARIO = "demo.yaml";

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--data",
      paramLabel = "NAME=DIR",
      description =
          "Train on these data: strokes (built in, the default) or mnist=DIR with the four IDX"
              + " files.")
  private String data = "strokes";

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "secagg: the coordinator sees sums only (the default), or plain: it could read every"
              + " update.")
  private String protocol = "secagg";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for report, model, state and logs (default: a new one below ./runs).")
  private @Nullable Path out;

  @Parameters(
      arity = "0..*",
      paramLabel = "key=value",
      description = "Overrides of the scenario's keys.")
  private List<String> more = List.of();

  @Override
  public Integer call() throws InterruptedException {
    Scenario scenario = Scenario.parse("the demo", scenarioText(), overrides());
    Path folder =
        out != null ? out : RunFolder.fresh("demo", LocalDateTime.now(ZoneId.systemDefault()));
    var run = new ScenarioRun(scenario, folder, json.progressWriter(spec));
    ScenarioRun.Finished finished = run.run();
    Path logs = run.stateDirectory().resolve("coordinator").resolve("logs");
    var fields = new LinkedHashMap<>(finished.json());
    fields.put("seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    fields.put("protocol", scenario.protocol());
    json.print(
        spec,
        fields,
        lines -> {
          lines.println();
          lines.println("report  " + finished.report());
          lines.println("model   " + finished.model());
          lines.println("logs    " + logs);
        });
    return 0;
  }

  private List<String> overrides() {
    var overrides = new ArrayList<>(dataset());
    overrides.add("protocol=" + protocol);
    overrides.addAll(more);
    return overrides;
  }

  private List<String> dataset() {
    if (data.equals("strokes")) {
      return List.of();
    }
    if (data.startsWith("mnist=") && data.length() > "mnist=".length()) {
      var overrides = new ArrayList<String>();
      overrides.add("data.name=mnist");
      overrides.add("data.dir=" + data.substring("mnist=".length()));
      overrides.add("partition.kind=iid");
      return overrides;
    }
    throw new ParameterException(
        spec.commandLine(), "--data: expected strokes or mnist=DIR, found '" + data + "'");
  }

  private static String scenarioText() {
    try (InputStream stream = DemoCommand.class.getResourceAsStream(SCENARIO)) {
      if (stream == null) {
        throw new IllegalStateException("the demo's scenario is missing from the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
