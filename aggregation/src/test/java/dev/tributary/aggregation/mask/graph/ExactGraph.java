package dev.tributary.aggregation.mask.graph;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.util.OptionalInt;

/**
 * The rules of the design in whole numbers, without rounding and without a shortcut: every even
 * degree is tried, every probability is a quotient of counts.
 */
final class ExactGraph {

  private final CohortAssumptions cohort;
  private final int n;

  ExactGraph(CohortAssumptions cohort) {
    this.cohort = cohort;
    this.n = cohort.devices();
  }

  /** The smallest degree that will do. */
  OptionalInt degree() {
    if (n >= 65) {
      for (int k = 2; k < n - 1; k += 2) {
        if (suffices(k)) {
          return OptionalInt.of(k);
        }
      }
    }
    return suffices(n - 1) ? OptionalInt.of(n - 1) : OptionalInt.empty();
  }

  boolean suffices(int k) {
    return connected(k) && aliveAtLeast(k) >= threshold(k);
  }

  /** t1 + 1, or the least t with 2t &gt; k + t1. */
  int threshold(int k) {
    int t1 = corruptAtMost(k);
    int t = 2;
    while (cohort.adversary() == Adversary.ACTIVE ? 2 * t <= k + t1 : t <= t1) {
      t++;
    }
    return t;
  }

  /** n(n-k-1)/2 * B(B-1)...(B-k+1) / n(n-1)...(n-k+1) &lt; 2^-(sigma+1). */
  boolean connected(int k) {
    int removed = cohort.corrupt() + cohort.dropouts();
    BigInteger within = ONE;
    BigInteger all = ONE;
    for (int i = 0; i < k; i++) {
      within = within.multiply(BigInteger.valueOf(Math.max(0, removed - i)));
      all = all.multiply(BigInteger.valueOf(n - i));
    }
    return within
            .multiply(BigInteger.valueOf((long) n * (n - k - 1)))
            .shiftLeft(cohort.securityBits() + 1)
            .compareTo(all.shiftLeft(1))
        < 0;
  }

  int corruptAtMost(int k) {
    int marked = cohort.corrupt();
    BigInteger all = choose(n, k);
    BigInteger tail = ZERO;
    int x = Math.min(k, marked);
    BigInteger ways = choose(marked, x).multiply(choose(n - marked, k - x));
    while (x > 0 && !more(tail.add(ways), cohort.securityBits() + 1, all)) {
      tail = tail.add(ways);
      ways =
          ways.multiply(product(x, n - marked - k + x)).divide(product(marked - x + 1, k - x + 1));
      x--;
    }
    return x;
  }

  int aliveAtLeast(int k) {
    int marked = n - cohort.dropouts();
    BigInteger all = choose(n, k);
    int x = Math.max(0, k - (n - marked));
    BigInteger ways = choose(marked, x).multiply(choose(n - marked, k - x));
    BigInteger tail = ways;
    while (tail.multiply(BigInteger.valueOf(n)).shiftLeft(cohort.correctnessBits()).compareTo(all)
        < 0) {
      ways =
          ways.multiply(product(marked - x, k - x)).divide(product(x + 1, n - marked - k + x + 1));
      x++;
      tail = tail.add(ways);
    }
    return x;
  }

  /** Whether part / all &gt; 2^-bits / n. */
  private boolean more(BigInteger part, int bits, BigInteger all) {
    return part.multiply(BigInteger.valueOf(n)).shiftLeft(bits).compareTo(all) > 0;
  }

  private static BigInteger product(long a, long b) {
    return BigInteger.valueOf(a * b);
  }

  private static BigInteger choose(int from, int count) {
    if (count < 0 || count > from) {
      return ZERO;
    }
    BigInteger ways = ONE;
    for (int i = 0; i < count; i++) {
      ways = ways.multiply(BigInteger.valueOf(from - i)).divide(BigInteger.valueOf(i + 1));
    }
    return ways;
  }
}
