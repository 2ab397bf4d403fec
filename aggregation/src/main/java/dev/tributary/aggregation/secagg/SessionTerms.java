package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.mask.graph.CohortAssumptions;
import dev.tributary.aggregation.mask.graph.DevicePermutation;
import dev.tributary.aggregation.mask.graph.GraphParameterFinder;
import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.mask.graph.InfeasibleGraphException;
import dev.tributary.aggregation.mask.graph.NeighbourGraph;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.security.agreement.CipherSuite;

/**
 * What both ends know of a session from the round's manifest, before any key is there.
 *
 * @param session what everything is bound to
 * @param parameters what the protection rests on
 */
public record SessionTerms(SessionId session, SecureAggregationParameters parameters) {

  private static final int PER_MYRIAD_IN_MILLIONTHS = 100;

  /**
   * The terms of a manifest.
   *
   * @throws IllegalArgumentException for a round without secure aggregation
   */
  public static SessionTerms of(RoundManifest manifest) {
    SecureAggregationParameters parameters =
        manifest
            .secureAggregation()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "round " + manifest.roundId() + " has no secure aggregation"));
    return new SessionTerms(SessionId.of(manifest), parameters);
  }

  /** The algorithms. */
  public CipherSuite suite() {
    return parameters.suite();
  }

  /** What is assumed of a roster of {@code devices}. */
  public CohortAssumptions assumptions(int devices) {
    return assumptions(parameters, devices);
  }

  /** The same before there is a session. */
  public static CohortAssumptions assumptions(SecureAggregationParameters parameters, int devices) {
    return new CohortAssumptions(
        devices,
        parameters.corruptPerMyriad() * PER_MYRIAD_IN_MILLIONTHS,
        parameters.dropoutPerMyriad() * PER_MYRIAD_IN_MILLIONTHS,
        parameters.adversary(),
        parameters.securityBits(),
        parameters.correctnessBits());
  }

  /**
   * Degree, threshold and floor for a roster of {@code devices}: computed by each end for itself,
   * so that neither has to believe the other.
   *
   * @throws dev.tributary.aggregation.mask.graph.InfeasibleGraphException when there are none
   * @throws IllegalArgumentException when the roster is too small or too large for any
   */
  public GraphParameters graphParameters(int devices) {
    GraphParameters graph = GraphParameterFinder.find(assumptions(devices));
    requireAtMost("degree", graph.degree(), SecAggRules.MAXIMUM_NEIGHBOURS);
    if (parameters.confirmation()) {
      requireAtMost(
          "confirmations", confirmationQuorum(devices), UnmaskRequest.MAXIMUM_CONFIRMATIONS);
    }
    return graph;
  }

  /** What no message has room for is refused when the roster closes, not three steps later. */
  private static void requireAtMost(String what, int value, int most) {
    if (value > most) {
      throw new InfeasibleGraphException(
          what
              + ": expected at most "
              + most
              + ", got "
              + value
              + ": make shards smaller, or assume fewer corrupt devices or dropouts");
    }
  }

  /** The graph over a roster: neighbours follow from its root and the session alone. */
  public NeighbourGraph graph(GraphParameters graph, OpaqueBytes root) {
    return NeighbourGraph.of(
        graph, DevicePermutation.seed(root.toByteArray(), session.bytes().toByteArray()));
  }

  /**
   * How many confirmations of the survivors make a quorum q: the least with 2q above devices +
   * corrupt. Two different sets would then both need the honest device that signs only one.
   */
  public int confirmationQuorum(int devices) {
    return confirmationQuorum(devices, assumptions(devices).corrupt());
  }

  /** The same for so many corrupt devices. */
  public static int confirmationQuorum(int devices, int corrupt) {
    return (devices + corrupt) / 2 + 1;
  }

  /** Whether the coordinator is assumed to cheat. */
  public boolean active() {
    return parameters.adversary() == Adversary.ACTIVE;
  }
}
