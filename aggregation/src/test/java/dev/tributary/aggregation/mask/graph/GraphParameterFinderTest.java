package dev.tributary.aggregation.mask.graph;

import static dev.tributary.aggregation.mask.graph.Adversary.ACTIVE;
import static dev.tributary.aggregation.mask.graph.Adversary.SEMI_HONEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.mask.graph.GraphTable.Entry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GraphParameterFinderTest {

  static List<Entry> table() {
    return GraphTable.all();
  }

  @ParameterizedTest
  @MethodSource("table")
  void valuesOfTheDesign_areMatched(Entry entry) {
    GraphParameters found = GraphParameterFinder.find(entry.cohort());

    assertThat(found.degree()).isEqualTo(entry.degree());
    assertThat(found.threshold()).isEqualTo(entry.threshold());
    assertThat(found.aliveFloor()).isEqualTo(Math.max(entry.threshold(), entry.degree() / 2 + 1));
    assertThat(found.weaknessUnder(entry.cohort())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("table")
  void valuesOfTheDesign_areExact_andTheNextSmallerDegreeIsNotEnough(Entry entry) {
    ExactGraph exact = new ExactGraph(entry.cohort());
    NeighbourBounds bounds = NeighbourBounds.of(entry.cohort(), entry.degree());

    assertThat(exact.threshold(entry.degree())).isEqualTo(entry.threshold());
    assertThat(bounds.corruptAtMost()).isEqualTo(exact.corruptAtMost(entry.degree()));
    assertThat(bounds.aliveAtLeast()).isEqualTo(exact.aliveAtLeast(entry.degree()));
    assertThat(exact.suffices(entry.degree())).isTrue();
    assertThat(exact.suffices(entry.degree() - 2)).isFalse();
  }

  /** No shortcut of the search and no rounding changes an answer. */
  @Property(tries = 150)
  void everyAnswer_isThatOfTheExactScanOfAllDegrees(
      @ForAll @IntRange(min = 3, max = 220) int devices,
      @ForAll @IntRange(max = 400_000) int corrupt,
      @ForAll @IntRange(max = 500_000) int dropout,
      @ForAll Adversary adversary,
      @ForAll @IntRange(min = 1, max = 80) int securityBits,
      @ForAll @IntRange(min = 1, max = 80) int correctnessBits) {
    CohortAssumptions cohort =
        new CohortAssumptions(devices, corrupt, dropout, adversary, securityBits, correctnessBits);
    ExactGraph exact = new ExactGraph(cohort);
    OptionalInt degree = exact.degree();

    Optional<GraphParameters> found = GraphParameterFinder.search(cohort);

    assertThat(found.isPresent()).isEqualTo(degree.isPresent());
    found.ifPresent(
        parameters -> {
          assertThat(parameters.degree()).isEqualTo(degree.getAsInt());
          assertThat(parameters.threshold()).isEqualTo(exact.threshold(degree.getAsInt()));
        });
  }

  /** What lets the search skip degrees: see {@link Adversary#stepOver}. */
  @Property(tries = 300)
  void oneMoreNeighbour_addsAtMostOneAlive_andTakesNoCorruptAway(
      @ForAll @IntRange(min = 4, max = 20_000) int devices,
      @ForAll @IntRange(max = 900_000) int corrupt,
      @ForAll @IntRange(max = 900_000) int dropout,
      @ForAll @IntRange(min = 2, max = 1000) int degree) {
    Assume.that(degree + 1 < devices);
    CohortAssumptions cohort = new CohortAssumptions(devices, corrupt, dropout, ACTIVE, 40, 30);
    NeighbourBounds before = NeighbourBounds.of(cohort, degree);
    NeighbourBounds after = NeighbourBounds.of(cohort, degree + 1);

    assertThat(after.aliveAtLeast()).isBetween(before.aliveAtLeast(), before.aliveAtLeast() + 1);
    assertThat(after.corruptAtMost()).isGreaterThanOrEqualTo(before.corruptAtMost());
    assertThat(ACTIVE.leastThreshold(degree + 1, after.corruptAtMost()))
        .isGreaterThanOrEqualTo(ACTIVE.leastThreshold(degree, before.corruptAtMost()));
  }

  @Property(tries = 300)
  void everyGraph_keepsItsSecrets_andKeepsEnoughNeighbours(
      @ForAll @IntRange(min = 3, max = 1 << 20) int devices,
      @ForAll @IntRange(max = 300_000) int corrupt,
      @ForAll @IntRange(max = 400_000) int dropout,
      @ForAll Adversary adversary) {
    CohortAssumptions cohort = new CohortAssumptions(devices, corrupt, dropout, adversary, 40, 30);
    GraphParameterFinder.search(cohort)
        .ifPresent(
            found -> {
              NeighbourBounds bounds = NeighbourBounds.of(cohort, found.degree());
              assertThat(bounds.connected()).isTrue();
              assertThat(found.threshold()).isGreaterThan(bounds.corruptAtMost());
              if (adversary == ACTIVE) {
                assertThat(2 * found.threshold())
                    .isGreaterThan(found.degree() + bounds.corruptAtMost());
                assertThat(found.aliveFloor()).isEqualTo(found.threshold());
              }
              assertThat(found.threshold()).isBetween(2, bounds.aliveAtLeast());
              assertThat(2 * found.aliveFloor()).isGreaterThan(found.degree());
              assertThat(found.weaknessUnder(cohort)).isEmpty();
            });
  }

  @ParameterizedTest
  @EnumSource(Adversary.class)
  void smallCohorts_areComplete_andTheirThresholdIsTheLeastThatIsSafe(Adversary adversary) {
    for (int devices = 3; devices < GraphParameterFinder.SPARSE_FROM_DEVICES; devices++) {
      CohortAssumptions cohort = CohortAssumptions.of(devices, 0.05, 0.1, adversary);
      GraphParameters found = GraphParameterFinder.find(cohort);
      int corrupt = Math.max(1, devices / 20);

      assertThat(found.complete()).isTrue();
      int t = found.threshold();
      assertThat(adversary == ACTIVE ? 2 * t > devices - 1 + corrupt : t > corrupt).isTrue();
      assertThat(t - 1 == 1 || adversary == ACTIVE || t - 1 == corrupt).isTrue();
      assertThat(adversary == SEMI_HONEST || 2 * (t - 1) <= devices - 1 + corrupt).isTrue();
      assertThat(found.spareNeighbours()).isGreaterThanOrEqualTo(devices / 10);
    }
  }

  @Test
  void smallCohorts_haveTheseNumbers() {
    assertThat(active(3, 0.1)).isEqualTo(new GraphParameters(3, 2, 2, 2));
    assertThat(active(4, 0.1)).isEqualTo(new GraphParameters(4, 3, 3, 3));
    assertThat(active(5, 0.2)).isEqualTo(new GraphParameters(5, 4, 3, 3));
    assertThat(active(20, 0.1)).isEqualTo(new GraphParameters(20, 19, 11, 11)); // the demo
    assertThat(active(20, 0.4)).isEqualTo(new GraphParameters(20, 19, 11, 11)); // all it can bear
    assertThat(active(64, 0.1)).isEqualTo(new GraphParameters(64, 63, 34, 34));
    assertThat(GraphParameterFinder.find(CohortAssumptions.of(20, 0.05, 0.1, SEMI_HONEST)))
        .isEqualTo(new GraphParameters(20, 19, 2, 10));
  }

  private static GraphParameters active(int devices, double dropout) {
    return GraphParameterFinder.find(CohortAssumptions.of(devices, 0.05, dropout, ACTIVE));
  }

  @Test
  void graphsWeakerThanADevicesOwnAssumptions_areNamed() {
    CohortAssumptions own = CohortAssumptions.of(1000, 0.05, 0.1, ACTIVE);

    assertThat(new GraphParameters(1000, 90, 58, 58).weaknessUnder(own)).isEmpty();
    assertThat(new GraphParameters(1000, 90, 57, 57).weaknessUnder(own))
        .contains("threshold: expected at least 58, got 57");
    assertThat(new GraphParameters(1000, 8, 8, 8).weaknessUnder(own).orElseThrow())
        .startsWith("degree: survivors may fall apart at 8 ");
    assertThat(new GraphParameters(999, 90, 58, 58).weaknessUnder(own))
        .contains("devices: expected 1000, got 999");
  }

  @Test
  void numbersThatNoGraphHas_areRefused() {
    assertThatThrownBy(() -> new GraphParameters(21, 7, 5, 5))
        .hasMessage("degree: expected an even number or 20, got 7");
    assertThatThrownBy(() -> new GraphParameters(100, 16, 11, 10))
        .hasMessage("aliveFloor: expected 11 to 16, got 10");
    assertThatThrownBy(() -> new GraphParameters(100, 16, 6, 8))
        .hasMessage("aliveFloor: expected 9 to 16, got 8");
    assertThatThrownBy(() -> new GraphParameters(100, 16, 1, 9))
        .hasMessage("threshold: expected 2 to 16, got 1");
    assertThatThrownBy(() -> new GraphParameters(10_000, 5000, 3000, 3000))
        .hasMessage("degree: expected 2 to 4096, got 5000");
  }
}
