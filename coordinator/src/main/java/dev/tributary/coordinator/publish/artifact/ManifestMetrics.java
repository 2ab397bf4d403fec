package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.aggregation.publish.VersionMetrics;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics.FileMetrics;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelVersion;
import java.util.ArrayList;
import java.util.List;

/** ModelMetrics -> VersionMetrics: what was measured, in the whole numbers of manifests. */
final class ManifestMetrics {

  /** Of more classes a manifest says only how a file does on all of them together. */
  private static final int MOST_CLASSES = 1024;

  private ManifestMetrics() {}

  /** Of a version: on the coordinator's rows, and the newest of what devices measured. */
  static List<VersionMetrics> of(ModelVersion version) {
    List<VersionMetrics> all = new ArrayList<>();
    version.metrics().ifPresent(metrics -> all.add(of(ArtifactMetrics.COORDINATOR, metrics)));
    version.evaluations().reversed().stream()
        .findFirst()
        .ifPresent(evaluation -> all.add(of(ArtifactMetrics.DEVICES, evaluation.metrics())));
    return all;
  }

  /** Of a file, on each data, the coordinator's first. */
  static List<VersionMetrics> of(FileMetrics known) {
    return known.byData().entrySet().stream()
        .limit(VersionManifest.MAXIMUM_METRICS)
        .map(entry -> of(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static VersionMetrics of(String data, ModelMetrics metrics) {
    boolean byClass = metrics.recall().size() <= MOST_CLASSES;
    return new VersionMetrics(
        data,
        metrics.examples(),
        ppm(metrics.accuracy()),
        VersionMetrics.lossMillionths(metrics.loss()),
        byClass ? shares(metrics.recall()) : List.of(),
        byClass ? shares(metrics.f1()) : List.of());
  }

  private static List<Integer> shares(List<Double> shares) {
    return shares.stream().map(ManifestMetrics::ppm).toList();
  }

  private static int ppm(double share) {
    return (int) Math.round(share * 1e6);
  }
}
