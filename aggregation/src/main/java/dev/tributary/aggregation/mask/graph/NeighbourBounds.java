package dev.tributary.aggregation.mask.graph;

/**
 * What holds around every device of a graph of a given degree, but for the probabilities that the
 * assumptions allow. The random order of the devices is what makes it hold: it is drawn after the
 * corrupt devices are fixed.
 *
 * @param connected whether the survivors that are not corrupt stay connected once the corrupt and
 *     the dropped are taken away, but for probability 2^-(sigma+1). (Otherwise the sum of a part of
 *     the cohort would open.)
 * @param corruptAtMost t1, the most corrupt neighbours of any device, but for 2^-(sigma+1)
 * @param aliveAtLeast t2, the fewest neighbours that any device has left, but for 2^-eta
 */
public record NeighbourBounds(boolean connected, int corruptAtMost, int aliveAtLeast) {

  /**
   * The bounds for a degree.
   *
   * <p>Each of the n devices gets an n-th of the probability (union bound). corruptAtMost is the
   * least x with P(Hypergeometric(n, corrupt, k) &gt; x) &lt;= 2^-(sigma+1) / n; aliveAtLeast the
   * least x with P(Hypergeometric(n, n - dropouts, k) &lt;= x) &gt;= 2^-eta / n. In the complete
   * graph neither is left to chance: they are corrupt and n - 1 - dropouts.
   *
   * @param degree 2 to n - 1
   */
  public static NeighbourBounds of(CohortAssumptions cohort, int degree) {
    if (degree < 2 || degree >= cohort.devices()) {
      throw new IllegalArgumentException(
          "degree: expected 2 to " + (cohort.devices() - 1) + ", got " + degree);
    }
    SplitBound split = new SplitBound(cohort);
    split.growTo(degree);
    return of(cohort, degree, split.holds());
  }

  static NeighbourBounds of(CohortAssumptions cohort, int degree, boolean connected) {
    int devices = cohort.devices();
    // Powers of two are exact, so each is one correctly rounded division.
    double insecure = Math.scalb(1.0, -(cohort.securityBits() + 1)) / devices;
    double incorrect = Math.scalb(1.0, -cohort.correctnessBits()) / devices;
    return new NeighbourBounds(
        connected,
        new HypergeometricWeights(devices, cohort.corrupt(), degree)
            .leastExceededWithAtMost(insecure),
        new HypergeometricWeights(devices, devices - cohort.dropouts(), degree)
            .quantile(incorrect));
  }
}
