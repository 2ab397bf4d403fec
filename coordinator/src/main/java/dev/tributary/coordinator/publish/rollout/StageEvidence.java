package dev.tributary.coordinator.publish.rollout;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.coordinator.registry.ModelMetrics;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known when a stage is reviewed.
 *
 * @param candidate what devices reported of the version that is rolled out
 * @param release of the version that the other devices run, over the same time
 * @param candidateMetrics measured on labelled examples, the coordinator's or the devices'
 * @param releaseMetrics measured on the same
 * @param artifacts what was measured of the candidate's files
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
   * A file of the candidate.
   *
   * @param ownWeights whether it may hold other weights than the version's, so that it must show
   *     for itself how good it is: everything but what the coordinator made of the version by
   *     itself, for which the version's accuracy stands
   * @param byData what was measured of it, by the name of the rows
   */
  public record Artifact(ArtifactKind kind, boolean ownWeights, Map<String, Measurement> byData) {

    public Artifact {
      byData = Collections.unmodifiableMap(new TreeMap<>(byData));
    }
  }

  /**
   * A measurement on some rows.
   *
   * @param candidate of the file
   * @param release of what it replaces, on the same rows: the release's file of the same kind, or
   *     its float32 file where it has none; empty when that was not measured on them
   */
  public record Measurement(ModelMetrics candidate, Optional<ModelMetrics> release) {}
}
