package dev.tributary.coordinator.round.plan;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.mask.graph.CohortAssumptions;
import dev.tributary.aggregation.mask.graph.GraphParameterFinder;
import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.mask.graph.InfeasibleGraphException;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.agreement.CipherSuite;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How the updates of a round are hidden by masks, decided before any device is in it.
 *
 * @param suite the algorithms
 * @param adversary what the coordinator is assumed to do
 * @param corruptPerMyriad devices that obey the adversary, in units of 1/10000
 * @param dropoutPerMyriad devices that drop out, in units of 1/10000
 * @param securityBits sigma
 * @param correctnessBits eta
 * @param minimumSurvivors with fewer updates in a shard nothing of it is opened, at least 2
 * @param confirmation whether devices confirm to one another who is in the sum
 * @param step how long each step of the protocol lasts at most
 * @param shardSize the most devices that mask with one another: larger cohorts are split
 */
public record SecureAggregation(
    CipherSuite suite,
    Adversary adversary,
    int corruptPerMyriad,
    int dropoutPerMyriad,
    int securityBits,
    int correctnessBits,
    int minimumSurvivors,
    boolean confirmation,
    Duration step,
    int shardSize) {

  /**
   * Settings.
   *
   * @throws IllegalArgumentException when a number is out of its range; the message names it
   */
  public SecureAggregation {
    new SecureAggregationParameters(
        suite,
        adversary,
        corruptPerMyriad,
        dropoutPerMyriad,
        securityBits,
        correctnessBits,
        minimumSurvivors,
        confirmation,
        0,
        1);
    require(step.isPositive(), "step must last, not " + step);
    require(
        shardSize >= CohortAssumptions.LEAST_DEVICES,
        "shardSize must be at least " + CohortAssumptions.LEAST_DEVICES + ", not " + shardSize);
  }

  /** What the devices of a shard are told. */
  public SecureAggregationParameters parameters(int shard, int shardCount) {
    return new SecureAggregationParameters(
        suite,
        adversary,
        corruptPerMyriad,
        dropoutPerMyriad,
        securityBits,
        correctnessBits,
        minimumSurvivors,
        confirmation,
        shard,
        shardCount);
  }

  /** Into how many shards a cohort of so many devices is split. */
  public int shardCount(int devices) {
    return Math.max(1, Math.ceilDiv(devices, shardSize));
  }

  /**
   * The fewest devices of a roster with which its sum can still be opened; empty when a roster of
   * so many has no graph.
   */
  public OptionalInt leastSurvivors(int devices) {
    if (devices < leastRoster()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Math.max(minimumSurvivors, graph(devices).aliveFloor() + 1));
    } catch (InfeasibleGraphException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * Degree and thresholds for a roster of so many devices.
   *
   * @throws InfeasibleGraphException when there are none; says which number to change
   */
  public GraphParameters graph(int devices) {
    return GraphParameterFinder.find(SessionTerms.assumptions(parameters(0, 1), devices));
  }

  /** No roster is smaller. */
  public int leastRoster() {
    return Math.max(minimumSurvivors, CohortAssumptions.LEAST_DEVICES);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
