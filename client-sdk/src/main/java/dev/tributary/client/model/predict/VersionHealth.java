package dev.tributary.client.model.predict;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.FileDigest;

/**
 * How a version does on this device: what the gates of a rollout are fed with. Counts only, nothing
 * of the data.
 *
 * @param manifest of the version
 * @param version the version
 * @param artifact which of its files
 * @param loads how often it was loaded
 * @param loadFailures how often it could not be
 * @param predictions calls that gave an answer
 * @param failures calls that did not, by no fault of the caller
 * @param nonFinite calls whose answer had a value that is infinite or no number
 * @param latency of the calls whose answer was finite
 */
public record VersionHealth(
    FileDigest manifest,
    ModelDigest version,
    FileDigest artifact,
    long loads,
    long loadFailures,
    long predictions,
    long failures,
    long nonFinite,
    LatencyHistogram latency) {}
