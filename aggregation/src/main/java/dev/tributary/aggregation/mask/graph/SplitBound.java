package dev.tributary.aggregation.mask.graph;

/**
 * A bound of the probability that a Harary graph over a random order of the devices falls apart
 * when the corrupt and the dropped are taken away, as the degree grows.
 *
 * <p>A set of devices splits the ring only if it contains two runs of k/2 neighbouring positions.
 * There are n(n-k-1)/2 pairs of such runs, and B removed devices contain a given set of k positions
 * with probability B(B-1)...(B-k+1) / n(n-1)...(n-k+1); that is the quotient of gamma functions of
 * the design, without a gamma function. It is zero if k &gt; B.
 *
 * <p>Only *, / and comparison of doubles, in a fixed order: the same decision on every machine, as
 * in {@link HypergeometricWeights}. The product may underflow, far below any bound asked for.
 *
 * <p>For one thread.
 */
final class SplitBound {

  private final int devices;
  private final int removed; // B
  private final double twiceAllowed;

  private int degree;
  private double within = 1; // probability that the removed contain `degree` given positions

  SplitBound(CohortAssumptions cohort) {
    devices = cohort.devices();
    removed = cohort.corrupt() + cohort.dropouts();
    twiceAllowed = Math.scalb(1.0, -cohort.securityBits()); // 2 * 2^-(sigma+1)
  }

  /** Moves on to a degree not below the present one, below n. */
  void growTo(int next) {
    for (; degree < next; degree++) {
      within *= (double) (removed - degree) / (devices - degree);
      if (degree >= removed) {
        within = 0; // stays so: no sign games from negative factors
      }
    }
  }

  /** Whether the graph of this degree stays connected but for probability 2^-(sigma+1). */
  boolean holds() {
    return degree == devices - 1
        || (double) ((long) devices * (devices - degree - 1)) * within < twiceAllowed;
  }
}
