package dev.tributary.simulations.cli;

import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.simulations.report.ConsoleTable;
import dev.tributary.simulations.report.ReportWriter;
import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.report.RunSummary;
import dev.tributary.simulations.report.SummaryJson;
import dev.tributary.simulations.report.UnwritableReportException;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.Simulation;
import dev.tributary.simulations.world.setup.Setup;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs one scenario for the terminal: the table while it runs, then report and model in a folder.
 */
final class ScenarioRun {

  private final Scenario scenario;
  private final ReportWriter reports;
  private final Path stateDirectory;
  private final PrintWriter out;

  /**
   * A run that has not started; its folder is there.
   *
   * @param out where the table goes
   */
  ScenarioRun(Scenario scenario, Path folder, PrintWriter out) {
    this.scenario = scenario;
    this.reports = ReportWriter.into(folder);
    this.stateDirectory = RunFolder.unused(folder, "state");
    this.out = out;
  }

  /**
   * What a run came to and where it is.
   *
   * @param report the page to open in a browser
   * @param model the final model
   */
  record Finished(RunSummary summary, Path report, Path model) {

    /** The fields that every command about a run prints with {@code --json}. */
    Map<String, @Nullable Object> json() {
      var fields = SummaryJson.fields(summary);
      fields.put("report", report.toString());
      fields.put("model", model.toString());
      return fields;
    }
  }

  /** Runs to the end. */
  Finished run() throws InterruptedException {
    ConsoleLogs.warningsOnly();
    var table = new ConsoleTable(out, isTerminal(), scenario.rounds());
    Simulation.Result result =
        Simulation.run(
            Setup.of(scenario),
            stateDirectory,
            new Simulation.Watcher() {
              @Override
              public void progress(int round, int done, int cohort) {
                synchronized (table) {
                  table.progress(round, done, cohort);
                }
              }

              @Override
              public void row(RoundRow row) {
                synchronized (table) {
                  table.row(row);
                }
              }
            });
    table.finish(result.record().summary());
    Path report = reports.write(result.record());
    return new Finished(result.record().summary(), report, writeModel(result));
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /**
   * Where coordinator and devices of a run over HTTP keep their state and logs: not where an
   * earlier run into the same folder kept them, whose task has ended.
   */
  Path stateDirectory() {
    return stateDirectory;
  }

  private Path writeModel(Simulation.Result result) {
    Path file = reports.folder().resolve("model.safetensors");
    Path partial = reports.folder().resolve("model.safetensors.part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
        Safetensors.write(result.model(), out);
      }
      return Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException refused) {
      throw new UnwritableReportException(file, String.valueOf(refused.getMessage()), refused);
    }
  }
}
