package dev.tributary.coordinator.publish.rollout;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.coordinator.registry.ModelMetrics;
import java.util.List;
import java.util.Optional;

/**
 * What is known when a stage is reviewed.
 *
 * @param candidate what devices reported of the version that is rolled out
 * @param release of the version that the other devices run, over the same time
 * @param candidateMetrics measured on labelled examples, the coordinator's or the devices'
 * @param releaseMetrics measured on the same
 * @param artifacts the candidate's files other than float32, which is what the metrics above are of
 */
public record StageEvidence(
    VersionHealth candidate,
    VersionHealth release,
    Optional<ModelMetrics> candidateMetrics,
    Optional<ModelMetrics> releaseMetrics,
    List<Artifact> artifacts) {

  public StageEvidence {
    artifacts = List.copyOf(artifacts);
  }

  /**
   * A file of the candidate beside what it replaces: the release's of the same kind, or its float32
   * file where it has none.
   *
   * @param sameWeights whether it has the version's own weights in another encoding, whose accuracy
   *     that of the version stands for; a pruned or distilled one must show its own
   * @param data on which both were measured; what the candidate was measured on when the other was
   *     not; empty when neither was
   */
  public record Artifact(
      ArtifactKind kind,
      boolean sameWeights,
      String data,
      Optional<ModelMetrics> candidate,
      Optional<ModelMetrics> release) {}
}
