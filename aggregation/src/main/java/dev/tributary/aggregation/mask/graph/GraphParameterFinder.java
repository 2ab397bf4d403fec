package dev.tributary.aggregation.mask.graph;

import static dev.tributary.aggregation.mask.graph.GraphParameters.MOST_NEIGHBOURS;

import java.util.Optional;

/**
 * Finds the sparsest masking graph that keeps what is asked for: the smallest even degree k for
 * which the survivors stay connected and every device keeps t neighbours alive, where t is the
 * least threshold that the adversary cannot reach. Section 'Graph and thresholds' of the protocol,
 * after Bell et al. 2020.
 *
 * <p>The complete graph serves cohorts below {@value #SPARSE_FROM_DEVICES} devices, where a sparse
 * one would save little, and those for which no sparse one will do. Its numbers follow from the
 * same rules with k = n - 1, where nothing is left to chance: t = corrupt + 1 (at least 2) or,
 * against an active coordinator, floor((corrupt + n - 1) / 2) + 1, and t &lt;= n - 1 - dropouts.
 *
 * <p>The dropouts are assumed to be random. Against a coordinator that chooses whom to declare
 * dropped stands {@link GraphParameters#aliveFloor}. Against an active coordinator it equals t. In
 * {@code SEMI_HONEST} graphs it may lie above t, and above {@link NeighbourBounds#aliveAtLeast}:
 * there a device can come to stop although its secrets could still be opened.
 *
 * <p>Deterministic on every machine, see {@link HypergeometricWeights}; O(k + s sqrt(k)) for s
 * degrees looked at. Measured at a million devices, warm: 0.1 ms at gamma 5 %, delta 10 %; 0.1 s
 * where it has to refuse.
 */
public final class GraphParameterFinder {

  /** The smallest cohort for which sparse graphs are considered. */
  public static final int SPARSE_FROM_DEVICES = 65;

  private GraphParameterFinder() {}

  /**
   * The parameters for a cohort.
   *
   * @throws InfeasibleGraphException if no graph of at most {@link GraphParameters#MOST_NEIGHBOURS}
   *     will do; the message says which number to change, and to what
   */
  public static GraphParameters find(CohortAssumptions cohort) {
    return search(cohort)
        .orElseThrow(() -> new InfeasibleGraphException(InfeasibleGraph.explain(cohort)));
  }

  static Optional<GraphParameters> search(CohortAssumptions cohort) {
    int devices = cohort.devices();
    if (devices >= SPARSE_FROM_DEVICES) {
      SplitBound split = new SplitBound(cohort);
      for (int degree = 2; degree < devices - 1 && degree <= MOST_NEIGHBOURS; ) {
        split.growTo(degree);
        if (!split.holds()) {
          degree += 2;
          continue;
        }
        NeighbourBounds bounds = NeighbourBounds.of(cohort, degree, true);
        int threshold = cohort.adversary().leastThreshold(degree, bounds.corruptAtMost());
        if (bounds.aliveAtLeast() >= threshold) {
          return Optional.of(GraphParameters.withLeastFloor(devices, degree, threshold));
        }
        int step = cohort.adversary().stepOver(threshold - 1 - bounds.aliveAtLeast());
        degree += step + step % 2; // no degree in between can do
      }
    }
    if (devices - 1 > MOST_NEIGHBOURS) {
      return Optional.empty();
    }
    int threshold = cohort.adversary().leastThreshold(devices - 1, cohort.corrupt());
    return devices - 1 - cohort.dropouts() >= threshold
        ? Optional.of(GraphParameters.withLeastFloor(devices, devices - 1, threshold))
        : Optional.empty();
  }
}
