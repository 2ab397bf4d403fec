package dev.tributary.simulations.cli;

import dev.tributary.simulations.chaos.ChaosReport;
import dev.tributary.simulations.chaos.ChaosRun;
import dev.tributary.simulations.chaos.Outcome;
import dev.tributary.simulations.chaos.fault.Plant;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code simulate --chaos}: runs seeds, and shows what did not hold with as little as it takes. */
record ChaosSimulation(CommandSpec spec, JsonOption json) {
  private static final int HELD = 0;
  private static final int VIOLATED = 1;
  private static final int PROGRESS_EVERY = 50;
  private static final int LAST_EVENTS = 60;

  int run(long firstSeed, int seeds) throws InterruptedException, IOException, SQLException {
    ConsoleLogs.warningsOnly();
    PrintWriter progress = json.progressWriter(spec);
    int[] done = {0};
    ChaosReport report =
        ChaosRun.run(
            firstSeed,
            seeds,
            Plant.NONE,
            outcome -> {
              if (++done[0] % PROGRESS_EVERY == 0) {
                progress.println(done[0] + " of " + seeds + " seeds");
                progress.flush();
              }
            });
    if (report.firstViolation().isPresent()) {
      explain(ChaosRun.shrink(report.firstViolation().get(), Plant.NONE));
    }
    json.print(spec, report.json(), lines -> table(report, lines));
    return report.violationCount() == 0 ? HELD : VIOLATED;
  }

  private void explain(Outcome smallest) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("The last things that happened:");
    var events = smallest.lastEvents();
    events.subList(Math.max(0, events.size() - LAST_EVENTS), events.size()).forEach(err::println);
    err.println("The smallest schedule with this violation:");
    err.println(smallest.schedule());
    smallest.violations().forEach(violation -> err.println("VIOLATION " + violation));
    err.flush();
  }

  private static void table(ChaosReport report, PrintWriter lines) {
    report.faults().forEach((fault, count) -> lines.printf("%-36s %7d%n", fault, count));
    lines.printf("%d schedules, %d violations%n", report.scheduleCount(), report.violationCount());
  }
}
