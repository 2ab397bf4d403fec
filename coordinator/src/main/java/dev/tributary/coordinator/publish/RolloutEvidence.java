package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.Rollout;
import dev.tributary.coordinator.publish.health.HealthLedger;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import dev.tributary.coordinator.publish.rollout.StageEvidence;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Gathers what is known of a candidate and of the release beside it. Metrics are compared only when
 * both were measured on the same: by the same evaluation task on devices, or else on the
 * coordinator's examples. Any thread.
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

  /** The metrics of two versions that can be compared. */
  private record Pair(Optional<ModelMetrics> candidate, Optional<ModelMetrics> release) {

    /** This one if it can be compared. */
    Pair or(Supplier<Pair> other) {
      return candidate.isPresent() && release.isPresent() ? this : other.get();
    }
  }

  /** What is known of the files of both versions, by the name of the data. */
  private record Measured(Map<FileDigest, NavigableMap<String, ModelMetrics>> files) {

    private NavigableMap<String, ModelMetrics> of(FileDigest file) {
      return files.getOrDefault(file, new TreeMap<>());
    }

    Pair ofCoordinator(FileDigest candidate, FileDigest release) {
      return new Pair(
          Optional.ofNullable(of(candidate).get(ArtifactMetrics.COORDINATOR)),
          Optional.ofNullable(of(release).get(ArtifactMetrics.COORDINATOR)));
    }

    List<StageEvidence.Artifact> artifacts(VersionManifest candidate, VersionManifest release) {
      return candidate.artifacts().stream()
          .filter(entry -> entry.kind() != ArtifactKind.FLOAT32)
          .map(entry -> artifact(entry, release))
          .toList();
    }

    private StageEvidence.Artifact artifact(ArtifactEntry entry, VersionManifest release) {
      NavigableMap<String, ModelMetrics> now = of(entry.file());
      NavigableMap<String, ModelMetrics> before =
          of(
              find(release, entry.kind())
                  .or(() -> find(release, ArtifactKind.FLOAT32))
                  .map(ArtifactEntry::file)
                  .orElseGet(() -> new FileDigest(release.version().hex())));
      String data =
          now.keySet().stream()
              .filter(before::containsKey)
              .findFirst()
              .or(() -> now.keySet().stream().findFirst())
              .orElse("");
      return new StageEvidence.Artifact(
          entry.kind(),
          entry.kind() != ArtifactKind.PRUNED && entry.kind() != ArtifactKind.DISTILLED,
          data,
          Optional.ofNullable(now.get(data)),
          Optional.ofNullable(before.get(data)));
    }

    private static Optional<ArtifactEntry> find(VersionManifest manifest, ArtifactKind kind) {
      return manifest.artifacts().stream().filter(entry -> entry.kind() == kind).findFirst();
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
                  compared(candidateVersions.result(), releaseVersions.result())
                      .or(
                          () ->
                              measured.ofCoordinator(
                                  new FileDigest(candidate.version().hex()),
                                  new FileDigest(release.version().hex())));
              return new StageEvidence(
                  candidateHealth.result(),
                  releaseHealth.result(),
                  pair.candidate,
                  pair.release,
                  measured.artifacts(candidate, release));
            });
  }

  private static List<FileDigest> files(VersionManifest candidate, VersionManifest release) {
    return Stream.of(candidate, release)
        .flatMap(manifest -> manifest.artifacts().stream())
        .map(ArtifactEntry::file)
        .distinct()
        .toList();
  }

  private static Pair compared(List<ModelVersion> candidate, List<ModelVersion> release) {
    List<FederatedEvaluation> now = evaluations(candidate);
    List<FederatedEvaluation> before = evaluations(release);
    for (FederatedEvaluation newest : now.reversed()) {
      Optional<FederatedEvaluation> other =
          before.reversed().stream()
              .filter(evaluation -> evaluation.round().task().equals(newest.round().task()))
              .findFirst();
      if (other.isPresent()) {
        return new Pair(Optional.of(newest.metrics()), other.map(FederatedEvaluation::metrics));
      }
    }
    return new Pair(first(candidate, ModelVersion::metrics), first(release, ModelVersion::metrics));
  }

  private static List<FederatedEvaluation> evaluations(List<ModelVersion> versions) {
    return versions.isEmpty() ? List.of() : versions.getFirst().evaluations();
  }

  private static Optional<ModelMetrics> first(
      List<ModelVersion> versions, Function<ModelVersion, Optional<ModelMetrics>> metrics) {
    return versions.stream().map(metrics).<ModelMetrics>mapMulti(Optional::ifPresent).findFirst();
  }
}
