package dev.tributary.client.model.predict;

import java.util.Arrays;

/**
 * How long calls took, in buckets that double: bucket {@code i} holds calls of {@code [2^i, 2^(i+1))}
 * microseconds, the first one also shorter and the last one also longer ones.
 *
 * @param counts {@code long[BUCKETS]}, each at least 0
 */
public record LatencyHistogram(long[] counts) {

  /** Number of buckets: the last one begins at 67 s. */
  public static final int BUCKETS = 27;

  public LatencyHistogram {
    if (counts.length != BUCKETS || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(
          "latency histogram: expected " + BUCKETS + " counts of at least 0");
    }
    counts = counts.clone();
  }

  /** A copy: {@code long[BUCKETS]}. */
  @Override
  public long[] counts() {
    return counts.clone();
  }

  /** How many calls there were. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /**
   * A time that at least this share of the calls did not exceed: the upper end of a bucket, so up to
   * twice the true one.
   *
   * @param share in (0, 1]
   * @return microseconds; 0 without calls
   */
  public long quantileMicros(double share) {
    long wanted = (long) Math.ceil(share * total());
    long seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted && seen > 0) {
        return 2L << bucket;
      }
    }
    return 0;
  }

  /** The bucket of a call. */
  static int bucketOf(long nanos) {
    long micros = Math.max(1, nanos / 1000);
    return Math.min(BUCKETS - 1, 63 - Long.numberOfLeadingZeros(micros));
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
    return "LatencyHistogram" + Arrays.toString(counts);
  }
}
