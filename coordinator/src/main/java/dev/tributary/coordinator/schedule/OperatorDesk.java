package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.store.TaskStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What operators ask of the scheduler. Any thread may call; nothing blocks; futures are heard on
 * the caller's Vert.x context. A refusal is a {@link
 * dev.tributary.aggregation.protocol.RejectedException}: NOT_FOUND, NAME_TAKEN, UNKNOWN_POPULATION,
 * BAD_CONFIGURATION or WRONG_STATE, with what was wrong in its detail.
 */
public interface OperatorDesk {
  Future<PopulationView> createPopulation(PopulationName name);

  /** By name. */
  Future<List<PopulationView>> populations();

  /**
   * The network of a version or of an artifact that was uploaded: what a task trains that begins
   * with it.
   */
  Future<ModelSpec> network(ModelDigest digest);

  /** Registers the task and its initial model, durably, and starts it. */
  Future<TaskView> createTask(TaskConfig config);

  /** By name. */
  Future<List<TaskView>> tasks();

  Future<TaskView> task(TaskName name);

  /**
   * Starts no further round; a running one finishes, one that still gathers devices is abandoned.
   */
  Future<TaskView> pause(TaskName name);

  /** Undoes {@link #pause}. A finished task cannot be resumed. */
  Future<TaskView> resume(TaskName name);

  /**
   * Runs a finished task again, from its newest version on, for as many rounds as before.
   *
   * @param reason in words, shown while it runs
   */
  Future<TaskView> retrain(TaskName name, String reason);

  /**
   * The newest rounds first.
   *
   * @param task of this task only
   * @param limit at most this many, in [1, 1000]
   */
  Future<List<RoundProgress>> rounds(Optional<TaskName> task, int limit);

  Future<RoundProgress> round(RoundId round);

  /**
   * Tells the listener about every event of every round from now on, in order for each task, until
   * the subscription is closed. The listener runs on the scheduler's threads and must hand over at
   * once.
   */
  Subscription watch(Consumer<RoundProgress> listener);

  /** The newest versions first, of one task or of all. */
  Future<List<ModelVersion>> models(Optional<TaskName> task);

  /**
   * A page of {@link #models}.
   *
   * @param after the last version of the page before
   * @param limit at most this many, in [1, 1000]
   */
  Future<List<ModelVersion>> models(
      Optional<TaskName> task, Optional<ModelRegistry.Place> after, int limit);

  /** The versions with this digest: one, unless two tasks share a model; never empty. */
  Future<List<ModelVersion>> model(ModelDigest digest);

  /**
   * A population and how large it seems.
   *
   * @param deviceEstimate how many different devices checked in lately
   */
  record PopulationView(PopulationName name, long deviceEstimate, List<TaskName> tasks) {}

  /**
   * A task and where it stands.
   *
   * @param reason why the status is what it is
   * @param changedAt when the status became what it is
   * @param publishedCount rounds that ended with a result
   * @param attemptCount all rounds so far
   * @param latest newest version of its model; of an evaluation task, of the task it evaluates
   * @param running its rounds that have not ended, oldest first: at most one reports while one
   *     selects
   */
  record TaskView(
      TaskConfig config,
      TaskStatus status,
      String reason,
      Instant createdAt,
      Instant changedAt,
      long publishedCount,
      long attemptCount,
      Optional<ModelVersion> latest,
      List<RoundProgress> running) {}

  /** Ends a {@link #watch}. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
