package dev.tributary.aggregation.protocol.health;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * How one model version did on one device since the report before: counts only. A device that runs
 * none says with {@link #NO_VERSION} why it did not take an update.
 *
 * @param sequence of the device's reports, from 1 on; one that was counted before is not counted
 *     again
 * @param manifest SHA-256 of the version's manifest, 32 bytes; {@link #NO_VERSION} of none
 * @param loads attempts to load the version
 * @param loadFailures of those
 * @param calls of the model
 * @param callFailures of those
 * @param crashes processes that ended without having closed the version
 * @param latency of the calls that did not fail
 * @param refusal why the device did not take the update that it found last, a code of lower-case
 *     words; empty when it took it
 */
public record HealthReport(
    long sequence,
    OpaqueBytes manifest,
    long loads,
    long loadFailures,
    long calls,
    long callFailures,
    long crashes,
    LatencyHistogram latency,
    String refusal) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 2 * 1024;

  /** The largest count: far beyond what a device does, and sums of them do not overflow. */
  public static final long MAXIMUM_COUNT = 1L << 40;

  private static final int MANIFEST_BYTES = 32;

  /**
   * In the place of a manifest: the device runs no version. No file has this SHA-256 that anybody
   * knows, so that such a report counts for none.
   */
  public static final OpaqueBytes NO_VERSION = OpaqueBytes.of(new byte[MANIFEST_BYTES]);

  private static final Pattern REFUSAL_FORM = Pattern.compile("[a-z0-9/-]{0,64}");
  private static final StrictDecoder<Wire.HealthReport> DECODER =
      new StrictDecoder<>("health report", Wire.HealthReport.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A report.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   *     or two do not agree
   */
  public HealthReport {
    FieldRules.inRange("sequence", sequence, 1, Long.MAX_VALUE);
    FieldRules.exactBytes("manifest", manifest.length(), MANIFEST_BYTES);
    FieldRules.inRange("loads", loads, 0, MAXIMUM_COUNT);
    FieldRules.inRange("load_failures", loadFailures, 0, loads);
    FieldRules.inRange("calls", calls, 0, MAXIMUM_COUNT);
    FieldRules.inRange("call_failures", callFailures, 0, calls);
    FieldRules.inRange("crashes", crashes, 0, MAXIMUM_COUNT);
    FieldRules.agree(
        latency.total() == calls - callFailures,
        "latency_counts: expected as many as calls that did not fail, "
            + (calls - callFailures)
            + ", got "
            + latency.total());
    FieldRules.form("refusal", refusal, REFUSAL_FORM);
  }

  /**
   * Decodes a report.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static HealthReport decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new HealthReport(
                wire.getSequence(),
                WireBytes.of(wire.getManifest()),
                wire.getLoads(),
                wire.getLoadFailures(),
                wire.getCalls(),
                wire.getCallFailures(),
                wire.getCrashes(),
                latency(wire),
                wire.getRefusal()));
  }

  private static LatencyHistogram latency(Wire.HealthReport wire) {
    FieldRules.present("latency_counts", wire.getLatencyCountsCount() > 0);
    FieldRules.entries(
        "latency_counts",
        wire.getLatencyCountsList(),
        LatencyHistogram.BUCKETS,
        LatencyHistogram.BUCKETS);
    long[] counts = wire.getLatencyCountsList().stream().mapToLong(Long::longValue).toArray();
    for (long count : counts) {
      FieldRules.inRange("latency_counts", count, 0, MAXIMUM_COUNT);
    }
    return LatencyHistogram.of(counts);
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.HealthReport.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setSequence(sequence)
        .setManifest(WireBytes.toWire(manifest))
        .setLoads(loads)
        .setLoadFailures(loadFailures)
        .setCalls(calls)
        .setCallFailures(callFailures)
        .setCrashes(crashes)
        .addAllLatencyCounts(Arrays.stream(latency.toArray()).boxed().toList())
        .setRefusal(refusal)
        .build()
        .toByteArray();
  }
}
