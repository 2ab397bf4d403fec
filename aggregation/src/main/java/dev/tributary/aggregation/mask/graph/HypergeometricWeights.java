package dev.tributary.aggregation.mask.graph;

import java.util.Arrays;

/**
 * The distribution of how many marked devices are among a device's neighbours: {@code draws} out of
 * {@code devices}, of which {@code marked} are marked, without replacement.
 *
 * <p>No logarithms and no factorials: weights start as 1 at the mode and follow outwards by the
 * ratio
 *
 * <pre>w(x+1) / w(x) = (marked - x)(draws - x) / ((x + 1)(devices - marked - draws + x + 1))</pre>
 *
 * whose numerator and denominator are integers below 2^41, exact in a double. Only the IEEE 754
 * operations +, * and / are used, in an order that is fixed here, and Java computes those strictly
 * since 17 (JEP 306): every machine finds the same bits and so takes the same decision. Each step
 * adds a relative error of at most 2^-52 and there are at most some ten thousand, so a tail is
 * right to eleven digits. All terms are positive, nothing cancels.
 *
 * <p>Weights below 2^-200 of the mode's are left out: fewer than 2^20 of them, so less than 2^-180,
 * where the smallest probability that is asked for is 2^-(81+20). That leaves O(sqrt(draws)) terms.
 */
final class HypergeometricWeights {

  private static final double NEGLIGIBLE = 0x1p-200;
  private static final int ROOM = 64;

  private final int least; // value that belongs to weights[0]
  private final double[] weights; // of least, least + 1, ..., relative to the mode's
  private final double total;

  HypergeometricWeights(int devices, int marked, int draws) {
    int lowest = Math.max(0, draws - (devices - marked));
    int highest = Math.min(draws, marked);
    // The mode, which lies within lowest to highest; below 2^42, no overflow.
    int mode = (int) ((draws + 1L) * (marked + 1L) / (devices + 2L));
    double[] above = new double[ROOM];
    int up = 0;
    double weight = 1;
    for (int x = mode; x < highest && weight >= NEGLIGIBLE; x++) {
      weight *= ratio(devices, marked, draws, x);
      above = withRoom(above, up);
      above[up++] = weight;
    }
    double[] below = new double[ROOM];
    int down = 0;
    weight = 1;
    for (int x = mode; x > lowest && weight >= NEGLIGIBLE; x--) {
      weight /= ratio(devices, marked, draws, x - 1);
      below = withRoom(below, down);
      below[down++] = weight;
    }
    least = mode - down;
    weights = new double[down + 1 + up];
    for (int i = 0; i < down; i++) {
      weights[i] = below[down - 1 - i];
    }
    weights[down] = 1;
    System.arraycopy(above, 0, weights, down + 1, up);
    double sum = 0;
    for (double each : weights) {
      sum += each;
    }
    total = sum;
  }

  private static double[] withRoom(double[] array, int used) {
    return used < array.length ? array : Arrays.copyOf(array, 2 * used);
  }

  private static double ratio(int devices, int marked, int draws, int x) {
    long numerator = (long) (marked - x) * (draws - x);
    long denominator = (x + 1L) * ((long) devices - marked - draws + x + 1);
    return (double) numerator / (double) denominator;
  }

  /** The least x with P(X &gt; x) &lt;= probability. */
  int leastExceededWithAtMost(double probability) {
    double bound = probability * total;
    double tail = 0;
    int i = weights.length - 1;
    while (i > 0 && tail + weights[i] <= bound) {
      tail += weights[i];
      i--;
    }
    return least + i;
  }

  /** The least x with P(X &lt;= x) &gt;= probability. */
  int quantile(double probability) {
    double bound = probability * total;
    double tail = weights[0];
    int i = 0;
    while (i < weights.length - 1 && tail < bound) {
      i++;
      tail += weights[i];
    }
    return least + i;
  }
}
