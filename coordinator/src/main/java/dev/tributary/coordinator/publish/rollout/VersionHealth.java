package dev.tributary.coordinator.publish.rollout;

import dev.tributary.aggregation.protocol.health.LatencyHistogram;

/**
 * What the devices that run a version reported of it.
 *
 * @param devices that reported at least once, at least 0
 * @param loads attempts to load it
 * @param loadFailures of those
 * @param calls of the model
 * @param callFailures of those
 * @param crashes processes that ended while the version ran, without having closed it
 * @param latency of the calls that did not fail
 */
public record VersionHealth(
    long devices,
    long loads,
    long loadFailures,
    long calls,
    long callFailures,
    long crashes,
    LatencyHistogram latency) {

  public VersionHealth {
    requireCount("devices", devices);
    requirePart("loadFailures", loadFailures, "loads", loads);
    requirePart("callFailures", callFailures, "calls", calls);
    requireCount("crashes", crashes);
  }

  public static VersionHealth none() {
    return new VersionHealth(0, 0, 0, 0, 0, 0, LatencyHistogram.empty());
  }

  private static void requireCount(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + count);
    }
  }

  private static void requirePart(String name, long part, String of, long whole) {
    requireCount(name, part);
    if (part > whole) {
      throw new IllegalArgumentException(
          name + ": expected at most the " + whole + " " + of + ", got " + part);
    }
  }
}
