package dev.tributary.coordinator.store;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.TaskName;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Populations and tasks, as operators made them. */
public interface TaskStore {
  /** False when it was there already. */
  Future<Boolean> addPopulation(PopulationName name, Instant at);

  /** By name. */
  Future<List<PopulationName>> populations();

  /**
   * Adds the task and what belongs to it in one transaction; false when the name is taken.
   *
   * @param alongside more writes for the same transaction
   */
  Future<Boolean> addTask(StoredTask task, SqlWork<?> alongside);

  /** By name. */
  Future<List<StoredTask>> tasks();

  Future<Integer> setStatus(TaskName name, TaskStatus status, String reason, Instant at);

  /**
   * A finished task runs again.
   *
   * @param publishedCount rounds that it had published when this run began
   */
  Future<Integer> beginAgain(TaskName name, long publishedCount, String reason, Instant at);

  /**
   * A task as it is kept.
   *
   * @param configJson canonical form of its configuration
   * @param reason why the status is what it is
   * @param changedAt when the status became what it is
   * @param begunWith rounds that had been published when its current run began, or {@link
   *     #FIRST_RUN}
   */
  record StoredTask(
      TaskName name,
      PopulationName population,
      String configJson,
      TaskStatus status,
      String reason,
      Instant createdAt,
      Instant changedAt,
      long begunWith) {

    /** What a task has begun with that never began again. */
    public static final long FIRST_RUN = -1;
  }
}
