package dev.tributary.simulations.cli;

import dev.tributary.simulations.output.JsonOption;
import dev.tributary.simulations.scenario.Scenario;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simulate}: runs a scenario on this machine. */
@Command(
    name = "simulate",
    description = {
      "Runs a scenario: many devices train one model on their own data, on this machine.",
      "Every key of a scenario can be overridden, for example rounds=50 or data.dir=../mnist."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: tributary simulate simulations/scenarios/strokes-quickstart.yaml rounds=5"
    })
final class SimulateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Parameters(index = "0", paramLabel = "SCENARIO.yaml", description = "The scenario's file.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Overrides of the scenario's keys.")
  private List<String> overrides = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for report, tables and model (default: a new one below ./runs).")
  private @Nullable Path out;

  @Override
  public Integer call() throws InterruptedException {
    Scenario scenario = Scenario.read(file, overrides);
    Path folder =
        out != null
            ? out
            : RunFolder.fresh(scenario.name(), LocalDateTime.now(ZoneId.systemDefault()));
    ScenarioRun.Finished finished =
        new ScenarioRun(scenario, folder, json.progressWriter(spec)).run();
    json.print(
        spec,
        finished.json(),
        lines -> {
          lines.println();
          lines.println("report  " + finished.report());
          lines.println("model   " + finished.model());
        });
    return 0;
  }
}
