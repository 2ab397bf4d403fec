package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.simulations.output.JsonOption;
import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.Simulation;
import dev.tributary.simulations.world.TestEvaluator;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench delta}: how small the way from one version of a real run to the next is. */
@Command(
    name = "delta",
    description = {
      "Runs the scenario mnist-shards-cnn and takes the delta from each version to",
      "the next, of the float32 model and of its fp16, int8 and int4 artifacts; decodes",
      "it, compares.",
      "Ratios are to the whole float32 file. Beside them: zstd -9 of the same",
      "differences, and the accuracy of int8. Speeds are of one core, digests",
      "included, in bytes of the artifact that is led to."
    },
    mixinStandardHelpOptions = true)
public final class DeltaBench implements Callable<Integer> {

  private static final String SCENARIO = "mnist-shards-cnn.yaml";

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of MNIST's four files (default: data/mnist).")
  private @Nullable Path data;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How many rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 50;

  @Option(
      names = "--versions",
      paramLabel = "DIR",
      description = "Keep the versions in this folder, or measure those that are kept there.")
  private @Nullable Path versions;

  @Option(
      names = "--hysteresis",
      paramLabel = "H",
      split = ",",
      description = "Others to measure beside the default, in [0.5, 1) (default: 0.5).")
  private List<Float> hysteresis = List.of(0.5f);

  @Parameters(
      paramLabel = "key=value",
      arity = "0..*",
      description = "Overrides of the scenario's keys.")
  private List<String> overrides = List.of();

  @Override
  public Integer call() throws InterruptedException, DeltaException {
    requireSensible();
    long start = System.nanoTime();
    Setup setup = Setup.of(scenario());
    PrintWriter progress = json.progressWriter(spec);
    try (var seats =
        new TrainingSeats(setup.scenario().runtime().code(), setup.scenario().threads())) {
      var evaluator = new TestEvaluator(seats, setup.spec(), setup.dataset().test());
      var kept = versions == null ? null : new KeptVersions(versions);
      Measurement measured =
          kept != null && kept.isFilled()
              ? measureKept(setup, kept, evaluator, progress)
              : measureRun(setup, kept, evaluator, progress);
      Map<String, Object> fields = new LinkedHashMap<>(measured.fields());
      fields.put("seconds", (System.nanoTime() - start) / 1e9);
      json.print(spec, fields, measured::print);
    }
    return 0;
  }

  private void requireSensible() {
    if (rounds < 3) {
      throw new ParameterException(
          spec.commandLine(), "--rounds must be at least 3, not " + rounds);
    }
    for (float other : hysteresis) {
      if (!(other >= 0.5f && other < 1)) {
        throw new ParameterException(
            spec.commandLine(), "--hysteresis must be in [0.5, 1), not " + other);
      }
    }
  }

  private Scenario scenario() {
    var forced = new ArrayList<>(overrides);
    forced.add("rounds=" + rounds);
    forced.add("evaluateEvery=" + rounds);
    forced.add("transport=direct");
    if (data != null) {
      forced.add("data.dir=" + data);
    }
    return Scenario.parse(SCENARIO, shipped(), forced);
  }

  private static String shipped() {
    try (InputStream stream = DeltaBench.class.getResourceAsStream(SCENARIO)) {
      if (stream == null) {
        throw new IllegalStateException("the scenario is missing from the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Measurement measureKept(
      Setup setup, KeptVersions kept, TestEvaluator evaluator, PrintWriter progress)
      throws DeltaException, InterruptedException {
    var measured =
        new Measurement(
            setup.spec(), kept.read(0).orElseThrow().model(), hysteresis, evaluator, progress);
    for (int number = 1; number <= rounds; number++) {
      Optional<KeptVersions.Version> version = kept.read(number);
      if (version.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            "--versions: expected %d versions in %s, found %d"
                .formatted(rounds, versions, number - 1));
      }
      measured.add(number, version.get().model(), version.get().step(), number == rounds);
    }
    return measured;
  }

  private Measurement measureRun(
      Setup setup, @Nullable KeptVersions kept, TestEvaluator evaluator, PrintWriter progress)
      throws InterruptedException {
    ModelState first = setup.initialModel();
    if (kept != null) {
      kept.keep(0, new KeptVersions.Version(first, Optional.empty()));
    }
    var measured = new Measurement(setup.spec(), first, hysteresis, evaluator, progress);
    Simulation.run(
        setup,
        Path.of("unused"),
        new Simulation.Watcher() {
          @Override
          public void progress(int round, int done, int cohort) {}

          @Override
          public void row(RoundRow row) {}

          @Override
          public void version(int round, ModelState model, Optional<GridStep> step)
              throws InterruptedException {
            if (kept != null) {
              kept.keep(round, new KeptVersions.Version(model, step));
            }
            try {
              measured.add(round, model, step, round == rounds);
            } catch (DeltaException refused) {
              throw new IllegalStateException("a delta was refused", refused);
            }
          }
        });
    return measured;
  }
}
