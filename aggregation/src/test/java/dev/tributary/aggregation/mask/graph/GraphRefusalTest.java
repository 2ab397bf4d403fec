package dev.tributary.aggregation.mask.graph;

import static dev.tributary.aggregation.mask.graph.Adversary.ACTIVE;
import static dev.tributary.aggregation.mask.graph.Adversary.SEMI_HONEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GraphRefusalTest {

  private static final Pattern FRACTION =
      Pattern.compile("lower the (dropout|corrupt) fraction to ([0-9.]+) \\((\\d+) device");
  private static final Pattern DEVICES = Pattern.compile("(?:raise|lower) devices to (\\d+)");

  @Test
  void refusals_sayWhichNumberToChange_andToWhat() {
    assertThatThrownBy(() -> GraphParameterFinder.find(CohortAssumptions.of(20, 0.05, 0.5, ACTIVE)))
        .isInstanceOf(InfeasibleGraphException.class)
        .hasMessage(
            "no masking graph for 20 devices, adversary ACTIVE, corrupt fraction 0.05 (1 device),"
                + " dropout fraction 0.5 (10 devices): with all others as neighbours a device may"
                + " keep only 9 of them, and the threshold must be at least 11; lower the dropout"
                + " fraction to 0.4 (8 devices) or less");
    assertThatThrownBy(() -> GraphParameterFinder.find(CohortAssumptions.of(4, 0.05, 0.25, ACTIVE)))
        .hasMessageEndingWith(
            "; lower the dropout fraction to 0 (0 devices), or lower the corrupt fraction to 0 (0"
                + " devices), or raise devices to 5");
    assertThatThrownBy(
            () -> GraphParameterFinder.find(CohortAssumptions.of(1_000_000, 0.05, 0.47, ACTIVE)))
        .hasMessageContaining("more than 4096 neighbours a device would be needed")
        .hasMessageEndingWith(", or lower devices to 4097");
    assertThatThrownBy(
            () -> GraphParameterFinder.find(CohortAssumptions.of(3, 0.9, 0.9, SEMI_HONEST)))
        .hasMessageEndingWith("; lower both the corrupt and the dropout fraction");
  }

  @Test
  void cohortOfTwo_isRefused_forNeitherCouldHaveTwoNeighbours() {
    assertThatThrownBy(() -> CohortAssumptions.of(2, 0, 0, SEMI_HONEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "devices: expected 3 (each needs two neighbours, or one share would be the secret) to"
                + " 1048576, got 2");
  }

  @Test
  void fractions_areCountedInMillionths_withoutRoundingErrors() {
    assertThat(CohortAssumptions.of(100, 0.29, 0.57, ACTIVE).corrupt()).isEqualTo(29);
    assertThat(CohortAssumptions.of(100, 0.29, 0.57, ACTIVE).dropouts()).isEqualTo(57);
    assertThat(CohortAssumptions.of(1_000_000, 0.000001, 0, ACTIVE).corrupt()).isEqualTo(1);
    assertThat(CohortAssumptions.of(5, 0.05, 0.05, ACTIVE).corrupt()).isEqualTo(1);
    assertThat(CohortAssumptions.of(5, 0, 0.05, ACTIVE).corrupt()).isZero();
    assertThat(CohortAssumptions.of(5, 0.05, 0.05, ACTIVE).dropouts()).isZero();
    for (double wrong : new double[] {-0.1, 1, 0.0000001, Double.NaN, 1 / 3.0}) {
      assertThatThrownBy(() -> CohortAssumptions.of(100, wrong, 0.1, ACTIVE))
          .hasMessageContaining("corrupt fraction: expected a multiple of 0.000001 in [0, 1)");
    }
  }

  @Property(tries = 200)
  void everyAdvice_helps_andNoSmallerLoweringOfAFractionDoes(
      @ForAll @IntRange(min = 3, max = 5000) int devices,
      @ForAll @IntRange(min = 1, max = 999_999) int corrupt,
      @ForAll @IntRange(min = 1, max = 999_999) int dropout,
      @ForAll Adversary adversary) {
    CohortAssumptions cohort = new CohortAssumptions(devices, corrupt, dropout, adversary, 40, 30);
    if (GraphParameterFinder.search(cohort).isPresent()) {
      return;
    }
    String message = InfeasibleGraph.explain(cohort);
    String advice = message.substring(message.indexOf(';'));

    for (MatchResult match : FRACTION.matcher(advice).results().toList()) {
      int advised = new BigDecimal(match.group(2)).movePointRight(6).intValueExact();
      int count = Integer.parseInt(match.group(3));
      int next = (int) (((count + 1) * 1_000_000L + devices - 1) / devices);
      boolean ofDropout = match.group(1).equals("dropout");

      assertThat(feasible(cohort, ofDropout, advised)).as(message).isTrue();
      assertThat(feasible(cohort, ofDropout, next)).as(message).isFalse();
    }
    for (MatchResult match : DEVICES.matcher(advice).results().toList()) {
      assertThat(GraphParameterFinder.search(cohort.withDevices(Integer.parseInt(match.group(1)))))
          .as(message)
          .isPresent();
    }
    if (advice.contains("lower both")) {
      assertThat(feasible(cohort, true, 0) || feasible(cohort, false, 0)).isFalse();
    } else {
      assertThat(advice).containsAnyOf("fraction to ", "devices to ");
    }
  }

  private static boolean feasible(CohortAssumptions cohort, boolean ofDropout, int perMillion) {
    return perMillion < 1_000_000
        && GraphParameterFinder.search(
                new CohortAssumptions(
                    cohort.devices(),
                    ofDropout ? cohort.corruptPerMillion() : perMillion,
                    ofDropout ? perMillion : cohort.dropoutPerMillion(),
                    cohort.adversary(),
                    cohort.securityBits(),
                    cohort.correctnessBits()))
            .isPresent();
  }
}
