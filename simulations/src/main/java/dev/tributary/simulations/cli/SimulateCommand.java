package dev.tributary.simulations.cli;

import dev.tributary.simulations.output.JsonOption;
import dev.tributary.simulations.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneId;
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

/** {@code simulate}: runs a scenario on this machine. */
@Command(
    name = "simulate",
    description = {
      "Runs a scenario: many devices train one model on their own data, on this machine.",
      "Every key of a scenario can be overridden, for example rounds=50 or data.dir=../mnist.",
      "",
      "With --chaos instead of a scenario: lets everything go wrong that can, from a seed, and",
      "checks that no update is lost or counted twice. Exits with 1 when one is."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples: tributary simulate simulations/scenarios/strokes-quickstart.yaml rounds=5",
      "          tributary simulate --chaos --seeds 1000"
    })
final class SimulateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SCENARIO.yaml",
      description = "The scenario's file.")
  private @Nullable Path file;

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

  @Option(names = "--chaos", description = "Simulate faults instead of a scenario.")
  private boolean chaos;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "With --chaos: how many seeds (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int seeds;

  @Option(
      names = "--seed",
      paramLabel = "FIRST",
      description = "With --chaos: the first of them (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long firstSeed;

  @Override
  public Integer call() throws InterruptedException, IOException, SQLException {
    if (chaos) {
      requireOnlyChaos();
      return new ChaosSimulation(spec, json).run(firstSeed, seeds);
    }
    if (file == null) {
      throw new ParameterException(
          spec.commandLine(), "expected a scenario's file, or --chaos without one");
    }
    return runScenario(file);
  }

  private void requireOnlyChaos() {
    if (file != null || out != null) {
      throw new ParameterException(
          spec.commandLine(), "--chaos takes no scenario and writes no report: leave them out");
    }
    if (seeds < 1) {
      throw new ParameterException(spec.commandLine(), "--seeds must be at least 1, not " + seeds);
    }
  }

  private int runScenario(Path scenarioFile) throws InterruptedException {
    Scenario scenario = Scenario.read(scenarioFile, overrides);
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
