package dev.tributary.simulations.bench;

import dev.tributary.simulations.output.JsonOption;
import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.Simulation;
import dev.tributary.simulations.world.setup.Setup;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bench simulation}: what the simulator costs beyond a hand-written loop that does the same
 * training.
 */
@Command(
    name = "simulation",
    description = {
      "Runs a scenario in the simulator and in a plain hand-written loop, by turns on one thread, and compares",
      "the medians. The default is an MLP of 101 770 parameters on the built-in data."
    },
    mixinStandardHelpOptions = true)
public final class SimulationBench implements Callable<Integer> {

  private static final String SCENARIO = "simulation.yaml";

  private static final Simulation.Watcher SILENT =
      new Simulation.Watcher() {
        @Override
        public void progress(int round, int done, int cohort) {}

        @Override
        public void row(RoundRow row) {}
      };

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--scenario",
      paramLabel = "FILE",
      description = "Another scenario; it runs on one thread.")
  private @Nullable Path file;

  @Option(
      names = "--repetitions",
      description = "Measured runs of each (default: ${DEFAULT-VALUE}).")
  private int repetitions = 7;

  @Parameters(
      paramLabel = "key=value",
      arity = "0..*",
      description = "Overrides of the scenario's keys.")
  private List<String> overrides = List.of();

  @Override
  public Integer call() throws InterruptedException {
    Setup setup = Setup.of(scenario());
    PrintWriter progress = json.progressWriter(spec);
    double[] framework = new double[repetitions];
    double[] plain = new double[repetitions];
    double[] ratio = new double[repetitions];
    simulator(setup); // both compiled before either is measured
    plainLoop(setup);
    for (int i = 0; i < repetitions; i++) {
      framework[i] = simulator(setup);
      plain[i] = plainLoop(setup);
      ratio[i] = framework[i] / plain[i];
      progress.printf(
          Locale.ROOT,
          "run %d of %d: simulator %.3f s, plain loop %.3f s%n",
          i + 1,
          repetitions,
          framework[i],
          plain[i]);
    }
    report(median(framework), median(plain), median(ratio) - 1);
    return 0;
  }

  private void report(double frameworkSeconds, double plainLoopSeconds, double overhead) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("frameworkSeconds", frameworkSeconds);
    fields.put("plainLoopSeconds", plainLoopSeconds);
    fields.put("overhead", overhead);
    fields.put("repetitions", repetitions);
    json.print(
        spec,
        fields,
        out ->
            out.printf(
                Locale.ROOT,
                "simulator %.3f s, plain loop %.3f s, overhead %.1f %% (medians of %d runs by turns)%n",
                frameworkSeconds,
                plainLoopSeconds,
                100 * overhead,
                repetitions));
  }

  private Scenario scenario() {
    var forced = new ArrayList<>(overrides);
    forced.add("threads=1");
    forced.add("transport=direct");
    return file == null
        ? Scenario.parse("the benchmark", builtIn(), forced)
        : Scenario.read(file, forced);
  }

  private static double simulator(Setup setup) throws InterruptedException {
    long start = System.nanoTime();
    Simulation.run(setup, Path.of("unused"), SILENT);
    return (System.nanoTime() - start) / 1e9;
  }

  private static double plainLoop(Setup setup) {
    long start = System.nanoTime();
    double accuracy = new PlainLoop(setup).run();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!(accuracy
        > 0)) { // the loop's result is looked at, so that none of its work can be left out
      throw new IllegalStateException("the plain loop learned nothing");
    }
    return seconds;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String builtIn() {
    try (InputStream stream = SimulationBench.class.getResourceAsStream(SCENARIO)) {
      if (stream == null) {
        throw new IllegalStateException("the benchmark's scenario is missing from the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
