package dev.tributary.aggregation.mask.graph;

import java.util.Optional;

/**
 * The numbers of a masking graph, as they travel in a round's manifest. Whether they are safe
 * depends on what is assumed of the cohort: see {@link GraphParameterFinder}.
 *
 * @param devices n, at least 3
 * @param degree k, neighbours of each device: even and below n - 1, or n - 1 (the complete graph);
 *     at most {@link #MOST_NEIGHBOURS}. A Harary graph of odd degree is not regular when n is odd,
 *     so odd degrees are left out
 * @param threshold t, shares that open a secret of a device, 2 to k
 * @param aliveFloor a_min, the neighbours alive without which a device goes no further: at least t
 *     and above k/2, at most k. Stops a coordinator that claims that all neighbours of one victim
 *     dropped out
 */
public record GraphParameters(int devices, int degree, int threshold, int aliveFloor) {

  /**
   * The most neighbours. Each costs a device a key agreement, a stream of masks and two shares; who
   * needs more than this is at the edge of what can be met and asks for too much.
   */
  public static final int MOST_NEIGHBOURS = 4096;

  public GraphParameters {
    requireBetween("devices", devices, CohortAssumptions.LEAST_DEVICES, Integer.MAX_VALUE);
    requireBetween("degree", degree, 2, Math.min(devices - 1, MOST_NEIGHBOURS));
    if (degree % 2 != 0 && degree != devices - 1) {
      throw new IllegalArgumentException(
          "degree: expected an even number or " + (devices - 1) + ", got " + degree);
    }
    requireBetween("threshold", threshold, Adversary.LEAST_THRESHOLD, degree);
    requireBetween("aliveFloor", aliveFloor, leastAliveFloor(degree, threshold), degree);
  }

  /** With the lowest floor that degree and threshold allow: max(t, floor(k/2) + 1). */
  static GraphParameters withLeastFloor(int devices, int degree, int threshold) {
    return new GraphParameters(devices, degree, threshold, leastAliveFloor(degree, threshold));
  }

  /**
   * What makes this graph weaker than a device's own assumptions ask for, if anything: the check of
   * numbers that came from a coordinator. It looks at security alone; whether enough neighbours
   * stay alive is the coordinator's worry.
   *
   * @param own the device's assumptions, with the number of devices that the coordinator claims
   */
  public Optional<String> weaknessUnder(CohortAssumptions own) {
    if (devices != own.devices()) {
      return Optional.of("devices: expected " + own.devices() + ", got " + devices);
    }
    NeighbourBounds bounds = NeighbourBounds.of(own, degree);
    if (!bounds.connected()) {
      return Optional.of(
          "degree: survivors may fall apart at "
              + degree
              + " when "
              + own.corrupt()
              + " devices are corrupt and "
              + own.dropouts()
              + " drop out");
    }
    int least = own.adversary().leastThreshold(degree, bounds.corruptAtMost());
    if (threshold < least) {
      return Optional.of("threshold: expected at least " + least + ", got " + threshold);
    }
    return Optional.empty();
  }

  /** Whether all devices are neighbours of one another. */
  public boolean complete() {
    return degree == devices - 1;
  }

  /** How many neighbours of a device may be missing while its secrets can still be opened. */
  public int spareNeighbours() {
    return degree - threshold;
  }

  private static int leastAliveFloor(int degree, int threshold) {
    return Math.max(threshold, degree / 2 + 1);
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": expected " + least + " to " + most + ", got " + value);
    }
  }
}
