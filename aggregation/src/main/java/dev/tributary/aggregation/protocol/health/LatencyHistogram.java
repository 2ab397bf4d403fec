package dev.tributary.aggregation.protocol.health;

import java.util.Arrays;

/**
 * How long calls took: counts by bucket, four buckets for each doubling from 1 microsecond on.
 * Bucket i holds times in {@code (2^((i-1)/4), 2^(i/4)]} microseconds; the last one, everything
 * above. The same buckets on every device, so that they add. Immutable.
 */
public final class LatencyHistogram {

  /** How many buckets there are: up to 2^26 microseconds, about a minute. */
  public static final int BUCKETS = 105;

  private static final double BUCKETS_PER_DOUBLING = 4;

  /** Times between which something lies, in milliseconds; {@code low <= high}. */
  public record Bounds(double low, double high) {}

  private final long[] counts;
  private final long total;

  private LatencyHistogram(long[] owned) {
    this.counts = owned;
    this.total = Arrays.stream(owned).sum();
  }

  public static LatencyHistogram empty() {
    return new LatencyHistogram(new long[BUCKETS]);
  }

  /**
   * The histogram of these counts, copied.
   *
   * @param counts long[{@value #BUCKETS}], each at least 0
   */
  public static LatencyHistogram of(long[] counts) {
    if (counts.length != BUCKETS || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(
          "a latency histogram has "
              + BUCKETS
              + " counts of at least 0, got "
              + counts.length
              + " of which the least is "
              + Arrays.stream(counts).min().orElse(0));
    }
    return new LatencyHistogram(counts.clone());
  }

  /** A copy: long[{@value #BUCKETS}]. */
  public long[] toArray() {
    return counts.clone();
  }

  /** How many calls were timed. */
  public long total() {
    return total;
  }

  /**
   * The bucket of a call that took so long.
   *
   * @param nanos at least 0
   */
  public static int bucket(long nanos) {
    double micros = nanos / 1000.0;
    int bucket =
        micros <= 1 ? 0 : (int) Math.ceil(BUCKETS_PER_DOUBLING * Math.log(micros) / Math.log(2));
    return Math.min(bucket, BUCKETS - 1);
  }

  /** The calls of both. */
  public LatencyHistogram plus(LatencyHistogram other) {
    long[] sum = counts.clone();
    for (int i = 0; i < BUCKETS; i++) {
      sum[i] = Math.addExact(sum[i], other.counts[i]);
    }
    return new LatencyHistogram(sum);
  }

  /**
   * The bounds between which the quantile lies (order statistics, normal approximation of the
   * binomial), as milliseconds: the lower edge of one bucket and the upper edge of another.
   *
   * @param quantile in (0, 1)
   * @param z normal quantile of the confidence, 1.96 for 95 %
   * @throws IllegalStateException without a call
   */
  public Bounds quantileMillis(double quantile, double z) {
    if (total == 0) {
      throw new IllegalStateException("no call was timed");
    }
    double rank = quantile * total;
    double half = z * Math.sqrt(total * quantile * (1 - quantile));
    return new Bounds(edgeMillis(bucketOf(rank - half) - 1), edgeMillis(bucketOf(rank + half)));
  }

  private int bucketOf(double rank) {
    long wanted = Math.max(1, Math.min((long) Math.ceil(rank), total));
    long seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted) {
        return bucket;
      }
    }
    return BUCKETS - 1;
  }

  private static double edgeMillis(int bucket) {
    return bucket < 0 ? 0 : Math.exp(bucket / BUCKETS_PER_DOUBLING * Math.log(2)) / 1000;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LatencyHistogram that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "LatencyHistogram[" + total + " calls]";
  }
}
