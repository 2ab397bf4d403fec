package dev.tributary.coordinator.registry;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import dev.tributary.coordinator.store.SqlWork;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Every model version of every task, with its lineage and its evaluations. Versions are added,
 * never changed.
 */
public interface ModelRegistry {
  /** Adds a version, as a part of the transaction that makes it true. */
  SqlWork<Integer> adding(ModelVersion version);

  /**
   * Adds an evaluation of the model with this digest, as a part of the transaction that makes it
   * true.
   */
  SqlWork<Integer> adding(ModelDigest evaluated, FederatedEvaluation evaluation);

  Future<Optional<ModelVersion>> latest(TaskName task);

  /** The newest first, of one task or of all. */
  Future<List<ModelVersion>> versions(Optional<TaskName> task);

  /**
   * A page of {@link #versions}, at most {@code limit} long.
   *
   * @param after the last version of the page before; after one that is not there comes nothing
   */
  Future<List<ModelVersion>> page(Optional<TaskName> task, Optional<Place> after, int limit);

  /** Names a version. */
  record Place(TaskName task, long version) {}

  /** The versions with this digest; several tasks may share a model. */
  Future<List<ModelVersion>> withDigest(ModelDigest digest);
}
