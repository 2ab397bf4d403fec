package dev.tributary.coordinator.registry;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model that a task published. Never changes, except that evaluations are added.
 *
 * @param version 0 for the initial model, then one more for each published round
 * @param parent the version before; of an initial model the version, of another task, whose
 *     artifact it is, and absent where it is none
 * @param round that made it, absent for the initial model
 * @param bytes size of its safetensors file
 * @param devices whose updates are in it, 0 for the initial model
 * @param metrics on the coordinator's held-out examples, if it has any
 * @param optimizerState digest of the server optimiser's state after this version, if it has any;
 *     kept on disk for the newest version of a task that goes on
 * @param evaluations by devices, oldest first
 */
public record ModelVersion(
    TaskName task,
    long version,
    ModelDigest digest,
    Optional<ModelDigest> parent,
    Optional<RoundId> round,
    long bytes,
    int devices,
    Optional<ModelMetrics> metrics,
    Optional<ModelDigest> optimizerState,
    Instant createdAt,
    List<FederatedEvaluation> evaluations) {

  public ModelVersion {
    evaluations = List.copyOf(evaluations);
  }

  /** This version with one more evaluation. */
  public ModelVersion with(FederatedEvaluation evaluation) {
    var more = new ArrayList<>(evaluations);
    more.add(evaluation);
    return new ModelVersion(
        task,
        version,
        digest,
        parent,
        round,
        bytes,
        devices,
        metrics,
        optimizerState,
        createdAt,
        more);
  }

  /** What the devices of one evaluation round measured together. */
  public record FederatedEvaluation(RoundId round, int devices, ModelMetrics metrics, Instant at) {}
}
