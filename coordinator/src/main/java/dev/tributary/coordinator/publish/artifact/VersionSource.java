package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.coordinator.registry.ModelVersion;

/**
 * A version that is to be published.
 *
 * @param population whose task made it
 * @param spec of its network
 * @param configuration of the task that made it, as text
 */
public record VersionSource(
    PopulationName population, ModelVersion version, ModelSpec spec, String configuration) {}
