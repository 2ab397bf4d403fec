package dev.tributary.coordinator.publish.rollout;

/**
 * Confidence intervals for shares: what can be said of a rate from few observations. All of them
 * are two-sided, given by the normal quantile z (1.96 for 95 %).
 */
public final class Intervals {

  /** Bounds with {@code low <= high}. */
  public record Interval(double low, double high) {}

  private Intervals() {}

  /**
   * The score interval of a share (Wilson 1927): usable also for few observations and for shares
   * near 0 and 1.
   *
   * @param successes in [0, trials]
   * @param trials at least 1
   */
  public static Interval share(long successes, long trials, double z) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "a share of " + successes + " in " + trials + " observations has no interval");
    }
    double p = (double) successes / trials;
    double z2 = z * z;
    double centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
    double half =
        z / (1 + z2 / trials) * Math.sqrt(p * (1 - p) / trials + z2 / (4.0 * trials * trials));
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /**
   * The interval of {@code p1 - p2} from the two score intervals (Newcombe 1998, method 10).
   *
   * @param trials1 at least 1
   * @param trials2 at least 1
   */
  public static Interval difference(
      long successes1, long trials1, long successes2, long trials2, double z) {
    Interval first = share(successes1, trials1, z);
    Interval second = share(successes2, trials2, z);
    double p1 = (double) successes1 / trials1;
    double p2 = (double) successes2 / trials2;
    return new Interval(
        p1 - p2 - Math.hypot(p1 - first.low, second.high - p2),
        p1 - p2 + Math.hypot(first.high - p1, p2 - second.low));
  }
}
