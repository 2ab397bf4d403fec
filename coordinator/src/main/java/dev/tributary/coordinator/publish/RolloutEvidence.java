package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics.FileMetrics;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.Rollout;
import dev.tributary.coordinator.publish.health.HealthLedger;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import dev.tributary.coordinator.publish.rollout.StageEvidence;
import dev.tributary.coordinator.publish.rollout.StageEvidence.Measurement;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Gathers what is known of a candidate and of the release beside it. Metrics are compared only when
 * both were measured on the same: by the same evaluation task on devices, or on the same rows. Any
 * thread.
 */
final class RolloutEvidence {
  private final HealthLedger health;
  private final ModelRegistry registry;
  private final ArtifactMetrics metrics;

  RolloutEvidence(HealthLedger health, ModelRegistry registry, ArtifactMetrics metrics) {
    this.health = health;
    this.registry = registry;
    this.metrics = metrics;
  }

  /**
   * The metrics of two versions, measured on the same.
   *
   * @param data the rows that they are on; empty: those of devices
   */
  private record Pair(
      String data, Optional<ModelMetrics> candidate, Optional<ModelMetrics> release) {
    static final Pair NONE = new Pair("", Optional.empty(), Optional.empty());
  }

  /** What is known of the files of both versions. */
  private record Measured(Map<FileDigest, FileMetrics> files) {

    private FileMetrics of(FileDigest file) {
      return files.getOrDefault(file, FileMetrics.UNKNOWN);
    }

    Map<String, Measurement> compared(FileDigest candidate, FileDigest release) {
      Map<String, ModelMetrics> before = of(release).byData();
      Map<String, Measurement> byData = new TreeMap<>();
      of(candidate)
          .byData()
          .forEach(
              (data, now) ->
                  byData.put(data, new Measurement(now, Optional.ofNullable(before.get(data)))));
      return byData;
    }

    /** Of the float32 files, on rows that both were measured on: those of the coordinator first. */
    Pair versions(VersionManifest candidate, VersionManifest release) {
      return compared(float32(candidate), float32(release)).entrySet().stream()
          .filter(entry -> entry.getValue().release().isPresent())
          .min(Map.Entry.comparingByKey(ArtifactMetrics.COORDINATOR_FIRST))
          .map(
              entry ->
                  new Pair(
                      entry.getKey(),
                      Optional.of(entry.getValue().candidate()),
                      entry.getValue().release()))
          .orElse(Pair.NONE);
    }

    /**
     * Of each file.
     *
     * @param told rows on which the version was compared already, by its float32 file
     */
    List<StageEvidence.Artifact> artifacts(
        VersionManifest candidate, VersionManifest release, String told) {
      List<StageEvidence.Artifact> all = new ArrayList<>();
      for (ArtifactEntry entry : candidate.artifacts()) {
        FileDigest replaced =
            release.artifacts().stream()
                .filter(other -> other.kind() == entry.kind())
                .map(ArtifactEntry::file)
                .findFirst()
                .orElseGet(() -> float32(release));
        Map<String, Measurement> byData = compared(entry.file(), replaced);
        if (entry.kind() == ArtifactKind.FLOAT32) {
          byData.remove(told);
        }
        boolean ownWeights = entry.kind() != ArtifactKind.FLOAT32 && !of(entry.file()).isMade();
        all.add(new StageEvidence.Artifact(entry.kind(), ownWeights, byData));
      }
      return all;
    }

    private static FileDigest float32(VersionManifest manifest) {
      return new FileDigest(manifest.version().hex());
    }
  }

  /** The evidence since this stage began. */
  Future<StageEvidence> of(
      Channel channel,
      Rollout rollout,
      Staged staged,
      VersionManifest candidate,
      VersionManifest release) {
    var population = channel.name().population();
    var candidateHealth = health.since(population, rollout.manifest(), staged.since());
    var releaseHealth = health.since(population, channel.release().orElseThrow(), staged.since());
    var candidateVersions = registry.withDigest(candidate.version());
    var releaseVersions = registry.withDigest(release.version());
    var files = metrics.of(files(candidate, release));
    return Future.all(candidateHealth, releaseHealth, candidateVersions, releaseVersions, files)
        .map(
            all -> {
              Measured measured = new Measured(files.result());
              Pair pair =
                  byDevices(candidateVersions.result(), releaseVersions.result())
                      .orElseGet(() -> measured.versions(candidate, release));
              return new StageEvidence(
                  candidateHealth.result(),
                  releaseHealth.result(),
                  pair.candidate,
                  pair.release,
                  measured.artifacts(candidate, release, pair.data));
            });
  }

  private static List<FileDigest> files(VersionManifest candidate, VersionManifest release) {
    return Stream.of(candidate, release)
        .flatMap(manifest -> manifest.artifacts().stream())
        .map(ArtifactEntry::file)
        .distinct()
        .toList();
  }

  private static Optional<Pair> byDevices(
      List<ModelVersion> candidate, List<ModelVersion> release) {
    List<FederatedEvaluation> now = evaluations(candidate);
    List<FederatedEvaluation> before = evaluations(release);
    for (FederatedEvaluation newest : now.reversed()) {
      Optional<FederatedEvaluation> other =
          before.reversed().stream()
              .filter(evaluation -> evaluation.round().task().equals(newest.round().task()))
              .findFirst();
      if (other.isPresent()) {
        return Optional.of(
            new Pair("", Optional.of(newest.metrics()), other.map(FederatedEvaluation::metrics)));
      }
    }
    return Optional.empty();
  }

  private static List<FederatedEvaluation> evaluations(List<ModelVersion> versions) {
    return versions.isEmpty() ? List.of() : versions.getFirst().evaluations();
  }
}
