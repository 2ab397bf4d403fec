package dev.tributary.simulations.bench.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.Simulation;
import dev.tributary.simulations.world.TestEvaluator;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementTest {

  private static final int ROUNDS = 3;
  private static final String SMALL =
      """
      name: small
      data: {name: strokes, examplesPerDevice: 40, testExamples: 200}
      model: mlp
      devices: 6
      cohort: 4
      rounds: 3
      seed: 7
      runtime: java
      training: {learningRate: 0.1}
      """;

  @TempDir private Path folder;

  private static double number(Map<?, ?> fields, String name) {
    return ((Number) Objects.requireNonNull(fields.get(name))).doubleValue();
  }

  private static double number(Map<String, Object> fields, String name, String inner) {
    return number((Map<?, ?>) Objects.requireNonNull(fields.get(name)), inner);
  }

  private static Measurement begin(ModelState first, Setup setup, TrainingSeats seats) {
    var evaluator = new TestEvaluator(seats, setup.spec(), setup.dataset().test());
    return new Measurement(
        setup.spec(), first, List.of(0.5f), evaluator, new PrintWriter(new StringWriter()));
  }

  /** Runs the scenario, keeps its versions and measures them on the way. */
  private Map<String, Object> run(Setup setup, TrainingSeats seats) throws InterruptedException {
    var kept = new KeptVersions(folder);
    ModelState first = setup.initialModel();
    kept.keep(0, new KeptVersions.Version(first, Optional.empty()));
    Measurement measured = begin(first, setup, seats);
    Simulation.run(
        setup,
        folder.resolve("unused"),
        new Simulation.Watcher() {
          @Override
          public void progress(int round, int done, int cohort) {}

          @Override
          public void row(RoundRow row) {}

          @Override
          public void version(int round, ModelState model, Optional<GridStep> step)
              throws InterruptedException {
            kept.keep(round, new KeptVersions.Version(model, step));
            try {
              measured.add(round, model, step, round == ROUNDS);
            } catch (DeltaException refused) {
              throw new AssertionError(refused);
            }
          }
        });
    return measured.fields();
  }

  @Test
  void everyVersionOfARun_isReachedByWholeSteps_andItsDeltasAreSmaller() throws Exception {
    for (String override : List.of("protocol=plain", "protocol=secagg")) {
      Setup setup = Setup.of(Scenario.parse("test", SMALL, List.of(override)));
      try (var seats = new TrainingSeats("java", 1)) {
        Map<String, Object> fields = run(setup, seats);

        assertThat(number(fields, "floatGrid", "versions")).as(override).isEqualTo(ROUNDS);
        assertThat(number(fields, "floatDelta", "minRatio"))
            .isGreaterThan(number(fields, "floatGeneral", "maxRatio"));
        assertThat(number(fields, "int8Delta", "minRatio")).isGreaterThan(4);
        assertThat(number(fields, "int4Delta", "minRatio")).isGreaterThan(8);
        assertThat(number(fields, "fp16Delta", "minRatio")).isGreaterThan(2);
        assertThat(number(fields, "int8Accuracy"))
            .isCloseTo(number(fields, "accuracy"), Offset.offset(0.1));
      }
    }
  }

  @Test
  void keptVersions_giveTheFiguresOfTheirRun() throws Exception {
    Setup setup = Setup.of(Scenario.parse("test", SMALL, List.of("protocol=plain")));
    try (var seats = new TrainingSeats("java", 1)) {
      Map<String, Object> ofRun = run(setup, seats);
      var kept = new KeptVersions(folder);
      assertThat(kept.isFilled()).isTrue();
      assertThat(kept.read(ROUNDS + 1)).isEmpty();
      Measurement again = begin(kept.read(0).orElseThrow().model(), setup, seats);
      for (int number = 1; number <= ROUNDS; number++) {
        KeptVersions.Version version = kept.read(number).orElseThrow();
        again.add(number, version.model(), version.step(), number == ROUNDS);
      }
      Map<String, Object> ofKept = again.fields();

      for (String name : List.of("int8Delta", "floatDelta", "int8ByHysteresis", "accuracy")) {
        assertThat(ofKept.get(name)).as(name).isEqualTo(ofRun.get(name));
      }
    }
  }

  @Test
  void median_isTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    var ratios = new Ratios();
    ratios.add(10, 1);
    ratios.add(30, 1);
    assertThat(ratios.median()).isEqualTo(20);
    ratios.add(100, 2);
    assertThat(ratios.median()).isEqualTo(30);
    assertThat(ratios.fields()).containsEntry("minRatio", 10.0).containsEntry("maxRatio", 50.0);
  }
}
