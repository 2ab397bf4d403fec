package dev.tributary.simulations.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.report.RunSummary;
import dev.tributary.simulations.scenario.DropOutStep;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds in process whose updates are masked, against the same without masks. */
final class SecureSimulationTest {

  private static final String SMALL =
      """
      name: small
      data: {name: strokes, examplesPerDevice: 20, testExamples: 100}
      model: mlp
      devices: 16
      cohort: 12
      rounds: 2
      seed: 7
      training: {learningRate: 0.1}
      """;

  @TempDir private Path folder;

  private final List<RoundRow> rows = new ArrayList<>();

  private RunSummary run(String... overrides) throws InterruptedException {
    rows.clear();
    Setup setup = Setup.of(Scenario.parse("test", SMALL, List.of(overrides)));
    return Simulation.run(
            setup,
            folder,
            new Simulation.Watcher() {
              @Override
              public void progress(int round, int done, int cohort) {}

              @Override
              public void row(RoundRow row) {
                rows.add(row);
              }
            })
        .record()
        .summary();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "hybrid"})
  void nobodyDropsOut_theModelIsThatOfThePlainRun(String suite) throws InterruptedException {
    RunSummary secure = run("secureAggregation.suite=" + suite);
    RunSummary plain = run("protocol=plain");
    assertThat(secure.modelDigest()).isEqualTo(plain.modelDigest());
    assertThat(secure.bytesUp()).as("keys and shares").isGreaterThan(plain.bytesUp());
    assertThat(secure.bytesDown()).isGreaterThan(plain.bytesDown());
  }

  @Test
  void sameSeed_oneOrTwoThreads_givesTheSameModelAndBytes() throws InterruptedException {
    String[] behaviour = {"threads=1", "behaviour.dropOuts=2"};
    RunSummary one = run(behaviour);
    behaviour[0] = "threads=2";
    RunSummary two = run(behaviour);
    assertThat(two.modelDigest()).isEqualTo(one.modelDigest());
    assertThat(two.bytesUp()).isEqualTo(one.bytesUp());
    assertThat(two.bytesDown()).isEqualTo(one.bytesDown());
  }

  @ParameterizedTest
  @EnumSource(DropOutStep.class)
  void twoDropOut_atAnyStep_theSumIsThatOfThoseWhoSent(DropOutStep step)
      throws InterruptedException {
    String secure =
        run("behaviour.dropOuts=2", "behaviour.dropOutStep=" + step.code()).modelDigest();
    int inTheSum = step == DropOutStep.AFTER_UPLOAD ? 12 : 10;
    assertThat(rows).extracting(RoundRow::devices).containsOnly(inTheSum);
    String[] same =
        step == DropOutStep.AFTER_UPLOAD
            ? new String[] {"protocol=plain"}
            : new String[] {"protocol=plain", "behaviour.dropOuts=2"};
    assertThat(secure).isEqualTo(run(same).modelDigest());
  }

  @Test
  void moreDropOutThanTheGraphSurvives_theRoundChangesNothing() throws InterruptedException {
    String digest = run("behaviour.dropOuts=9").modelDigest();
    assertThat(rows).extracting(RoundRow::devices).containsOnly(0);
    Setup untouched = Setup.of(Scenario.parse("test", SMALL, List.of()));
    assertThat(digest).isEqualTo(ModelDigest.of(untouched.initialModel()).hex());
  }

  @Test
  void moreKeepSilentAfterTheirUpload_thanTheGraphSurvives_nothingIsOpened()
      throws InterruptedException {
    run("behaviour.dropOuts=9", "behaviour.dropOutStep=after-upload");
    assertThat(rows).extracting(RoundRow::devices).containsOnly(0);
  }

  @Test
  void steps_areDrawnFromTheSeed_andAllOccur() {
    Scenario scenario = Scenario.parse("test", SMALL, List.of("behaviour.dropOuts=3"));
    List<DropOutStep> steps =
        IntStream.rangeClosed(1, 20)
            .boxed()
            .flatMap(round -> Cohort.of(scenario, round).dropOutStep().values().stream())
            .toList();
    assertThat(steps).hasSize(60).contains(DropOutStep.values());
    assertThat(Cohort.of(scenario, 5).dropOutStep())
        .isEqualTo(Cohort.of(scenario, 5).dropOutStep());
  }
}
