package dev.tributary.simulations.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.report.RunSummary;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulationTest {

  private static final String SMALL =
      """
      name: small
      data: {name: strokes, examplesPerDevice: 40, testExamples: 200}
      model: mlp
      devices: 6
      cohort: 4
      rounds: 3
      seed: 7
      protocol: plain
      training: {learningRate: 0.1}
      """;

  @TempDir private Path folder;

  private final List<RoundRow> rows = new ArrayList<>();

  private final Simulation.Watcher watcher =
      new Simulation.Watcher() {
        @Override
        public void progress(int round, int done, int cohort) {
          assertThat(done).isBetween(0, cohort);
        }

        @Override
        public void row(RoundRow row) {
          rows.add(row);
        }
      };

  private Simulation.Result run(String... overrides) throws InterruptedException {
    rows.clear();
    return Simulation.run(
        Setup.of(Scenario.parse("test", SMALL, List.of(overrides))), folder, watcher);
  }

  private RunSummary summary(String... overrides) throws InterruptedException {
    return run(overrides).record().summary();
  }

  @Test
  void sameSeed_oneOrTwoThreads_givesTheSameModel() throws InterruptedException {
    String one = summary("threads=1").modelDigest();
    assertThat(summary("threads=2").modelDigest()).isEqualTo(one);
    assertThat(summary("threads=2", "seed=8").modelDigest()).isNotEqualTo(one);
  }

  @Test
  void everyRound_countsItsDevicesAndBytes() throws InterruptedException {
    RunSummary summary = summary();
    assertThat(rows).extracting(RoundRow::round).containsExactly(1, 2, 3);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.devices()).isEqualTo(4);
              assertThat(row.dropouts()).isZero();
              // 101 770 parameters and a weight of 16 + log2(4) bits; a model file of 4 bytes a
              // parameter and a header
              assertThat(row.bytesUp()).isEqualTo(4 * ((101_771L * 18 + 7) / 8));
              assertThat(row.bytesDown()).isBetween(4 * 407_080L, 4 * 408_080L);
            });
    assertThat(summary.bytesUp()).isEqualTo(rows.stream().mapToLong(RoundRow::bytesUp).sum());
  }

  @Test
  void dropOuts_areCountedAndLeftOutOfTheMean() throws InterruptedException {
    Simulation.Result result = run("behaviour.dropOutRate=0.5", "rounds=6");
    assertThat(rows).allSatisfy(row -> assertThat(row.devices() + row.dropouts()).isEqualTo(4));
    assertThat(rows).anySatisfy(row -> assertThat(row.dropouts()).isPositive());
    assertThat(result.record().participation())
        .allSatisfy(
            round -> assertThat(round.reported().length + round.droppedOut().length).isEqualTo(4));
  }

  @Test
  void devicesSlowerThanTheDeadline_dropOut() throws InterruptedException {
    run(
        "behaviour.latency.kind=uniform",
        "behaviour.latency.minimumMillis=0",
        "behaviour.latency.maximumMillis=100",
        "behaviour.deadlineMillis=50",
        "rounds=6");
    assertThat(rows).extracting(RoundRow::dropouts).anyMatch(dropouts -> dropouts > 0);
    assertThat(rows).extracting(RoundRow::devices).anyMatch(devices -> devices > 0);
  }

  @Test
  void tooFewReports_leaveTheModelAsItWas() throws InterruptedException {
    Setup setup =
        Setup.of(
            Scenario.parse(
                "test", SMALL, List.of("behaviour.dropOutRate=0.999", "minimumReports=4")));
    Simulation.Result result = Simulation.run(setup, folder, watcher);
    assertThat(rows).allSatisfy(row -> assertThat(row.devices()).isZero());
    assertThat(result.model()).isEqualTo(setup.initialModel());
  }

  @Test
  void targetAccuracy_endsTheRunWhenReached() throws InterruptedException {
    RunSummary summary = summary("rounds=40", "targetAccuracy=0.3");
    assertThat(summary.accuracy()).isGreaterThanOrEqualTo(0.3);
    assertThat(summary.rounds()).isLessThan(40).isEqualTo(rows.size());
  }

  @Test
  void evaluateEvery_leavesOtherRoundsUnevaluated() throws InterruptedException {
    run("rounds=5", "evaluateEvery=2");
    assertThat(rows)
        .extracting(RoundRow::evaluated)
        .containsExactly(false, true, false, true, true);
  }

  @Test
  void cohort_isAFunctionOfSeedAndRound() {
    Scenario scenario = Scenario.parse("test", SMALL, List.of("behaviour.dropOutRate=0.3"));
    Cohort first = Cohort.of(scenario, 1);
    assertThat(first.reporting()).isEqualTo(Cohort.of(scenario, 1).reporting());
    assertThat(first.size()).isEqualTo(4);
    assertThat(List.of(1, 2, 3, 4, 5))
        .anySatisfy(
            round ->
                assertThat(Cohort.of(scenario, round).reporting()).isNotEqualTo(first.reporting()));
  }
}
