package dev.tributary.aggregation.runtime.step;

/**
 * The order in which the examples of an epoch are visited: a Fisher-Yates shuffle of 0..n-1 by
 * {@link SplitMix64}, seeded by (seed, epoch) alone. Every runtime uses it, so every runtime sees
 * the same batches.
 */
public final class EpochOrder {
  private EpochOrder() {}

  /**
   * Fills {@code order} with the permutation of {@code [0, order.length)} of an epoch, counted from
   * 0.
   */
  public static void shuffle(int[] order, long seed, int epoch) {
    SplitMix64 random = SplitMix64.stream(seed, epoch);
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
