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
    return new DeviceFloors(2, Adversary.ACTIVE, 50_000, CohortAssumptions.DEFAULT_SECURITY_BITS);
  }

  /**
   * Checks what the manifest says.
   *
   * <p>Against a coordinator that cheats there is no safety without confirmation. One that tells
   * each device of other survivors never gets both secrets of a device, but it can have a victim
   * taken for alive and each of the victim's peers for dropped, each by enough of their own
   * neighbours, none of whom sees fewer alive than its floor.
   */
  void check(SessionTerms terms) throws SessionRefusedException {
    if (adversary == Adversary.ACTIVE && !terms.parameters().confirmation()) {
      throw new SessionRefusedException(
          RefusalReason.WEAK_TERMS,
          "confirmation: this device asks for it, or a coordinator could tell each device of other"
              + " survivors");
    }
    int promised = terms.parameters().minimumSurvivors();
    if (promised < minimumSurvivors) {
      throw new SessionRefusedException(
          RefusalReason.WEAK_TERMS,
          "minimum_survivors: this device asks for at least "
              + minimumSurvivors
              + ", got "
              + promised);
    }
  }

  /** Checks what the terms give over a roster, by the device's own assumptions. */
  void check(SessionTerms terms, GraphParameters graph) throws SessionRefusedException {
    CohortAssumptions own =
        new CohortAssumptions(
            graph.devices(),
            corruptPerMillion,
            NO_DROPOUTS,
            adversary,
            securityBits,
            ANY_CORRECTNESS);
    var weakness = graph.weaknessUnder(own);
    if (weakness.isPresent()) {
      throw new SessionRefusedException(RefusalReason.WEAK_TERMS, weakness.get());
    }
    int quorum = terms.confirmationQuorum(graph.devices());
    int least = SessionTerms.confirmationQuorum(graph.devices(), own.corrupt());
    if (adversary == Adversary.ACTIVE && quorum < least) {
      throw new SessionRefusedException(
          RefusalReason.WEAK_TERMS,
          "confirmations: expected a quorum of at least " + least + ", got " + quorum);
    }
  }
}
