package dev.tributary.client.model.predict;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.FileDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts how one version does. Safe on many threads; a report beside calls may miss the latest. */
final class HealthCounter {

  private final ModelDigest version;
  private final FileDigest artifact;
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder nonFinite = new LongAdder();
  private final LongAdder[] latency = new LongAdder[LatencyHistogram.BUCKETS];

  HealthCounter(ModelDigest version, FileDigest artifact) {
    this.version = version;
    this.artifact = artifact;
    Arrays.setAll(latency, bucket -> new LongAdder());
  }

  void loaded() {
    loads.increment();
  }

  void loadFailed() {
    loadFailures.increment();
  }

  void failed() {
    failures.increment();
  }

  void answered(float[] outputs, long nanos) {
    latency[LatencyHistogram.bucketOf(nanos)].increment();
    for (float value : outputs) {
      if (!Float.isFinite(value)) {
        nonFinite.increment();
        return;
      }
    }
  }

  /** What was counted since the last time. */
  VersionHealth drain() {
    long[] counts = new long[LatencyHistogram.BUCKETS];
    Arrays.setAll(counts, bucket -> latency[bucket].sumThenReset());
    var histogram = new LatencyHistogram(counts);
    return new VersionHealth(
        version,
        artifact,
        loads.sumThenReset(),
        loadFailures.sumThenReset(),
        histogram.total(),
        failures.sumThenReset(),
        nonFinite.sumThenReset(),
        histogram);
  }
}
