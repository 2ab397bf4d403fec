package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.mask.graph.GraphParameters;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a run of the benchmark came to.
 *
 * @param unmaskings each with the work that bounds it
 * @param agreements that unmasking makes again
 * @param coreSeconds of the coordinator by step
 * @param deviceMillis of a core by step, of a device of the sample
 */
record Figures(
    Size size,
    GraphParameters graph,
    Unmaskings unmaskings,
    int agreements,
    double generatorBytesPerSecond,
    double agreementsPerSecond,
    Map<String, Double> coreSeconds,
    Map<String, Double> deviceMillis,
    long deviceBytesUp,
    long deviceBytesDown,
    double peakHeapMebibytes) {

  private static final double MEBIBYTE = 1 << 20;

  /** The repetitions. */
  record Unmaskings(int masks, double bestSeconds, double medianSeconds, double bestCoreSeconds) {}

  double maskBytes() {
    return (double) unmaskings.masks() * size.dimension() * Integer.BYTES;
  }

  double boundSeconds() {
    return (maskBytes() / generatorBytesPerSecond + agreements / agreementsPerSecond)
        / size.threads();
  }

  double unmaskToBound() {
    return unmaskings.bestSeconds() / boundSeconds();
  }

  /** The same by core-seconds: what is left when other processes had the cores in between. */
  double unmaskCoreToBound() {
    return unmaskings.bestCoreSeconds() / (boundSeconds() * size.threads());
  }

  private double device(String step) {
    return deviceMillis.getOrDefault(step, 0.0);
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("devices", size.devices());
    fields.put("dimension", size.dimension());
    fields.put("degree", graph.degree());
    fields.put("threshold", graph.threshold());
    fields.put("dropout", size.dropout());
    fields.put("suite", size.suite().name().toLowerCase(Locale.ROOT));
    fields.put("confirmation", size.confirmation());
    fields.put("threads", size.threads());
    fields.put("unmaskSeconds", unmaskings.bestSeconds());
    fields.put("unmaskMedianSeconds", unmaskings.medianSeconds());
    fields.put("unmaskCoreSeconds", unmaskings.bestCoreSeconds());
    fields.put("boundSeconds", boundSeconds());
    fields.put("unmaskToBound", unmaskToBound());
    fields.put("unmaskCoreToBound", unmaskCoreToBound());
    fields.put("unmaskMasks", unmaskings.masks());
    fields.put("unmaskAgreements", agreements);
    fields.put("generatorGBps", generatorBytesPerSecond / 1e9);
    fields.put("agreementsPerSecond", agreementsPerSecond);
    fields.put("deviceMaskCpuMillis", device("mask"));
    fields.put("deviceMaskColdCpuMillis", device("maskCold"));
    fields.put("deviceBytesUp", deviceBytesUp);
    fields.put("deviceBytesDown", deviceBytesDown);
    fields.put("peakHeapMiB", peakHeapMebibytes);
    fields.put("steps", coreSeconds);
    fields.put("deviceCpuMillis", deviceMillis);
    return fields;
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%d devices, %d lanes, suite %s: degree %d, threshold %d, %d dropped out; the sum is exact%n",
        size.devices(),
        size.dimension(),
        size.suite().name().toLowerCase(Locale.ROOT),
        graph.degree(),
        graph.threshold(),
        size.dropouts());
    out.printf(
        Locale.ROOT,
        "unmasking %.2f s, bound %.2f s (%d masks at %.1f GB/s and %d agreements at %.0f/s on %d"
            + " cores): %.2f of the bound, %.2f by core-seconds%n",
        unmaskings.bestSeconds(),
        boundSeconds(),
        unmaskings.masks(),
        generatorBytesPerSecond / 1e9,
        agreements,
        agreementsPerSecond,
        size.threads(),
        unmaskToBound(),
        unmaskCoreToBound());
    out.printf(
        Locale.ROOT,
        "a device masks and packs in %.1f ms of a core once warm, %.1f ms the first time; sends %.3f"
            + " MiB, receives %.3f MiB%n",
        device("mask"),
        device("maskCold"),
        deviceBytesUp / MEBIBYTE,
        deviceBytesDown / MEBIBYTE);
    out.printf(Locale.ROOT, "peak heap %.0f MiB, devices included%n", peakHeapMebibytes);
    out.printf("%n%-16s %12s%n", "coordinator", "core-seconds");
    coreSeconds.forEach(
        (step, seconds) -> out.printf(Locale.ROOT, "%-16s %12.3f%n", step, seconds));
    out.printf("%n%-16s %12s%n", "device", "core-ms");
    deviceMillis.forEach((step, millis) -> out.printf(Locale.ROOT, "%-16s %12.2f%n", step, millis));
  }
}
