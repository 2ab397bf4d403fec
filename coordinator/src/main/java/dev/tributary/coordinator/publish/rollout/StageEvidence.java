package dev.tributary.coordinator.publish.rollout;

import dev.tributary.coordinator.registry.ModelMetrics;
import java.util.Optional;

/**
 * What is known when a stage is reviewed.
 *
 * @param candidate what devices reported of the version that is rolled out
 * @param release of the version that the other devices run, over the same time
 * @param candidateMetrics measured on labelled examples, the coordinator's or the devices'
 * @param releaseMetrics measured on the same
 */
public record StageEvidence(
    VersionHealth candidate,
    VersionHealth release,
    Optional<ModelMetrics> candidateMetrics,
    Optional<ModelMetrics> releaseMetrics) {}
