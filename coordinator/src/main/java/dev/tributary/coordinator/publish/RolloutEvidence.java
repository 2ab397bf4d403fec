package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.model.ModelDigest;
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
import java.util.Optional;
import java.util.function.Function;

/**
 * Gathers what is known of a candidate and of the release beside it. Metrics are compared only when
 * both were measured on the same: by the same evaluation task on devices, or else on the
 * coordinator's examples. Any thread.
 */
final class RolloutEvidence {
  private final HealthLedger health;
  private final ModelRegistry registry;

  RolloutEvidence(HealthLedger health, ModelRegistry registry) {
    this.health = health;
    this.registry = registry;
  }

  /** The metrics of two versions that can be compared. */
  private record Pair(Optional<ModelMetrics> candidate, Optional<ModelMetrics> release) {}

  /** The evidence since this stage began. */
  Future<StageEvidence> of(
      Channel channel, Rollout rollout, Staged staged, ModelDigest candidate, ModelDigest release) {
    var population = channel.name().population();
    var candidateHealth = health.since(population, rollout.manifest(), staged.since());
    var releaseHealth = health.since(population, channel.release().orElseThrow(), staged.since());
    var candidateVersions = registry.withDigest(candidate);
    var releaseVersions = registry.withDigest(release);
    return Future.all(candidateHealth, releaseHealth, candidateVersions, releaseVersions)
        .map(
            all -> {
              Pair pair = compared(candidateVersions.result(), releaseVersions.result());
              return new StageEvidence(
                  candidateHealth.result(), releaseHealth.result(), pair.candidate, pair.release);
            });
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
