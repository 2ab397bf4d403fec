package dev.tributary.client.model.predict;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.FileDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts how one version does. Safe on many threads; a report beside calls may miss the latest. */
final class HealthCounter {

  private final FileDigest manifest;
  private final ModelDigest version;
  private final FileDigest artifact;
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder nonFinite = new LongAdder();
  private final LongAdder[] latency = new LongAdder[LatencyHistogram.BUCKETS];

  HealthCounter(FileDigest manifest, ModelDigest version, FileDigest artifact) {
    this.manifest = manifest;
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
    for (float value : outputs) {
      if (!Float.isFinite(value)) {
        nonFinite.increment();
        return;
      }
    }
    latency[LatencyHistogram.bucket(nanos)].increment();
  }

  /** What was counted since the last time. */
  VersionHealth drain() {
    long[] counts = new long[LatencyHistogram.BUCKETS];
    Arrays.setAll(counts, bucket -> latency[bucket].sumThenReset());
    var histogram = LatencyHistogram.of(counts);
    long wrong = nonFinite.sumThenReset();
    return new VersionHealth(
        manifest,
        version,
        artifact,
        loads.sumThenReset(),
        loadFailures.sumThenReset(),
        histogram.total() + wrong,
        failures.sumThenReset(),
        wrong,
        histogram);
  }
}
