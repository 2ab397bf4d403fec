package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.mask.graph.CohortAssumptions;
import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;

/**
 * What a device asks of any session, whatever its coordinator offers: its own assumptions.
 *
 * @param minimumSurvivors the fewest devices in a sum that it is part of, at least 2
 * @param adversary the coordinator that it must be safe from
 * @param corruptPerMillion the fraction of devices that may be corrupt, in millionths
 * @param securityBits sigma
 */
public record DeviceFloors(
    int minimumSurvivors, Adversary adversary, int corruptPerMillion, int securityBits) {

  private static final int NO_DROPOUTS = 0;
  private static final int ANY_CORRECTNESS = 1;

  /** At least two in a sum, a coordinator that cheats, 5 % corrupt devices, sigma = 40. */
  public static DeviceFloors standard() {
    return new DeviceFloors(
        2, Adversary.ACTIVE, 50_000, CohortAssumptions.DEFAULT_SECURITY_BITS);
  }

  /** Checks what the manifest says. */
  void check(SessionTerms terms) throws SessionRefusedException {
    int promised = terms.parameters().minimumSurvivors();
    if (promised < minimumSurvivors) {
      throw new SessionRefusedException(
          RefusalReason.WEAK_TERMS,
          "minimum_survivors: this device asks for at least " + minimumSurvivors + ", got "
              + promised);
    }
  }

  /** Checks the graph that the terms give over a roster, by the device's own assumptions. */
  void check(GraphParameters graph) throws SessionRefusedException {
    var weakness =
        graph.weaknessUnder(
            new CohortAssumptions(
                graph.devices(),
                corruptPerMillion,
                NO_DROPOUTS,
                adversary,
                securityBits,
                ANY_CORRECTNESS));
    if (weakness.isPresent()) {
      throw new SessionRefusedException(RefusalReason.WEAK_TERMS, weakness.get());
    }
  }
}
