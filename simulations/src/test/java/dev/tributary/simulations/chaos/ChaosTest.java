package dev.tributary.simulations.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.chaos.fault.Plant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Simulated worlds in which everything goes wrong that can. */
final class ChaosTest {
  private static final int SEEDS = 50;
  private static final int SEEDS_AT_A_TIME = 20;
  private static final int MOST_SEEDS = 1000;

  @Test
  void world_inWhichAnythingGoesWrong_losesNothingAndCountsNothingTwice() throws Exception {
    ChaosReport report = ChaosRun.run(0, SEEDS, Plant.NONE, outcome -> {});

    assertThat(report.firstViolation().map(ChaosTest::explained)).isEmpty();
    assertThat(report.scheduleCount()).isEqualTo(SEEDS);
    assertThat(report.json().get("operations"))
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Integer.class))
        .containsKey("crash-coordinator");
  }

  @Test
  void seed_runTwice_isTheSameWorld() throws Exception {
    List<Long> once = digests();

    assertThat(digests()).isEqualTo(once);
    assertThat(once).doesNotHaveDuplicates();
  }

  private static List<Long> digests() throws InterruptedException {
    var digests = new ArrayList<Long>();
    ChaosRun.run(2_000, 6, Plant.NONE, outcome -> digests.add(outcome.digest()));
    return digests;
  }

  @ParameterizedTest
  @CsvSource({
    "DOUBLE_COUNT, double count",
    "LOST_ACKNOWLEDGEMENT, lost acknowledgement",
    "SECOND_SHARE_KIND, both kinds of share"
  })
  void plantedDefect_isFound_andItsScheduleShrunk(Plant plant, String violation) throws Exception {
    Outcome found = found(plant, violation).orElseThrow();

    Outcome smallest = ChaosRun.shrink(found, plant);
    assertThat(smallest.violations()).isNotEmpty();
    assertThat(smallest.schedule().operations())
        .hasSizeLessThanOrEqualTo(found.schedule().operations().size());
  }

  private static Optional<Outcome> found(Plant plant, String violation)
      throws InterruptedException {
    var found = new ArrayList<Outcome>();
    for (int first = 0; found.isEmpty() && first < MOST_SEEDS; first += SEEDS_AT_A_TIME) {
      ChaosRun.run(
          first,
          SEEDS_AT_A_TIME,
          plant,
          outcome -> {
            if (outcome.violations().stream().anyMatch(each -> each.startsWith(violation))) {
              found.add(outcome);
            }
          });
    }
    return found.stream().findFirst();
  }

  private static String explained(Outcome outcome) {
    return outcome.violations() + "\n" + outcome.schedule();
  }
}
