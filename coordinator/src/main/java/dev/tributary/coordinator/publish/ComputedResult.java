package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.coordinator.registry.ModelMetrics;
import java.util.Optional;

/**
 * What a round came to. Its file, if it made one, is on disk; nothing refers to it yet.
 *
 * @param digest of the new model, or of the evaluated one
 * @param bytes size of the model's file
 * @param devices whose uploads are in it
 * @param optimizerState digest of the server optimiser's next state, if it keeps one
 * @param metrics of the model: on the coordinator's examples (training), on the devices'
 *     (evaluation)
 */
public record ComputedResult(
    ModelDigest digest,
    long bytes,
    int devices,
    Optional<ModelDigest> optimizerState,
    Optional<ModelMetrics> metrics) {}
