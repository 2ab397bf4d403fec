package dev.tributary.coordinator.schedule.work;

import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.store.SqlWork;

/**
 * What publishing a round changes.
 *
 * @param sql the change of the registry
 * @param version what the model's newest version is from then on: a new one, or the evaluated one
 *     with its evaluation
 */
public record Publication(SqlWork<Integer> sql, ModelVersion version) {}
