package dev.tributary.simulations.scenario;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.mask.graph.CohortAssumptions;
import dev.tributary.aggregation.mask.graph.InfeasibleGraphException;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.simulations.scenario.Section.Range;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The keys {@code protocol} and {@code secureAggregation}. Numbers that no cohort of the scenario's
 * size can mask with are refused here, with the key to change.
 */
final class SecureAggregationReader {

  private static final String KEY = "secureAggregation";
  private static final int MYRIAD = 10_000;
  private static final int SMALL_COHORT = 10;

  /** Steps of a simulation wait for its devices, however long they compute. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private SecureAggregationReader() {}

  /** The word of a protocol. */
  static String code(ProtocolKind protocol) {
    return switch (protocol) {
      case PLAIN -> "plain";
      case SECAGG_PLUS -> "secagg";
    };
  }

  /** Whether the scenario masks. */
  static boolean isSecure(Section root) {
    return root.choice("protocol", List.of(ProtocolKind.values()), SecureAggregationReader::code)
            .orElse(ProtocolKind.SECAGG_PLUS)
        == ProtocolKind.SECAGG_PLUS;
  }

  /** How updates are masked, if they are. */
  static Optional<SecureAggregation> read(Section root, int cohort, int minimumReports) {
    if (!isSecure(root)) {
      if (root.has(KEY)) {
        throw new ScenarioException(KEY + ": expected with protocol secagg only, found with plain");
      }
      return Optional.empty();
    }
    if (cohort < CohortAssumptions.LEAST_DEVICES) {
      throw new ScenarioException(
          "cohort: expected at least "
              + CohortAssumptions.LEAST_DEVICES
              + " with protocol secagg, because a sum of fewer hides nobody, found "
              + cohort
              + "; or set protocol to plain");
    }
    SecureAggregation secure = settings(root.section(KEY), cohort, minimumReports);
    requireGraph(secure, cohort);
    return Optional.of(secure);
  }

  private static SecureAggregation settings(Section section, int cohort, int minimumReports) {
    SecureAggregation secure =
        new SecureAggregation(
            section
                .choice("suite", List.of(CipherSuite.values()), SecureAggregationReader::code)
                .orElse(CipherSuite.CLASSIC),
            section
                .choice("adversary", List.of(Adversary.values()), SecureAggregationReader::code)
                .orElse(Adversary.ACTIVE),
            perMyriad(
                section,
                "corruptFraction",
                SecureAggregationParameters.MAXIMUM_CORRUPT_PER_MYRIAD,
                0.05),
            perMyriad(
                section,
                "dropoutFraction",
                SecureAggregationParameters.MAXIMUM_DROPOUT_PER_MYRIAD,
                cohort < SMALL_COHORT ? 0.2 : 0.3),
            section.integer(
                "securityBits",
                SecureAggregationParameters.MINIMUM_SECURITY_BITS,
                SecureAggregationParameters.MAXIMUM_BITS,
                CohortAssumptions.DEFAULT_SECURITY_BITS),
            section.integer(
                "correctnessBits",
                SecureAggregationParameters.MINIMUM_CORRECTNESS_BITS,
                SecureAggregationParameters.MAXIMUM_BITS,
                CohortAssumptions.DEFAULT_CORRECTNESS_BITS),
            section.integer("minimumSurvivors", 2, cohort, Math.max(2, minimumReports)),
            section.flag("confirmation", true),
            PATIENCE,
            cohort);
    section.refuseOthers();
    return secure;
  }

  private static int perMyriad(Section section, String key, int most, double otherwise) {
    double fraction = section.number(key, Range.FRACTION, otherwise);
    long perMyriad = Math.round(fraction * MYRIAD);
    if (perMyriad > most || Math.abs(fraction * MYRIAD - perMyriad) > 1e-6) {
      throw section.refused(
          key, "a multiple of 0.0001 from 0 to " + most / (double) MYRIAD, section.raw(key));
    }
    return (int) perMyriad;
  }

  private static void requireGraph(SecureAggregation secure, int cohort) {
    try {
      secure.graph(cohort);
    } catch (InfeasibleGraphException infeasible) {
      throw new ScenarioException(
          KEY + " does not fit a cohort of " + cohort + ": " + infeasible.getMessage(), infeasible);
    }
  }

  static String code(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
