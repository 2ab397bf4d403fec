package dev.tributary.coordinator.schedule.run;

import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.Timeline;
import dev.tributary.coordinator.schedule.check.TargetCheck;
import dev.tributary.coordinator.store.TaskStatus;
import dev.tributary.coordinator.store.TaskStore;
import dev.tributary.coordinator.store.TaskStore.StoredTask;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a task stands: its status, kept on disk, and how many rounds it has had. Touched only by
 * its lane.
 */
final class TaskStanding {
  private static final Logger LOG = LoggerFactory.getLogger(TaskStanding.class);

  private final TaskConfig config;
  private final TaskStore store;
  private final Timeline timeline;
  private final Instant createdAt;
  private Instant changedAt;
  private long begunWith;
  private TaskStatus status;
  private String reason;
  private long attemptCount;
  private long publishedCount;

  /** What is known of a task when its runner starts. */
  record Beginning(
      TaskStatus status,
      String reason,
      Instant createdAt,
      Instant changedAt,
      long begunWith,
      long attemptCount,
      long publishedCount) {

    static Beginning of(StoredTask task, long attemptCount, long publishedCount) {
      return new Beginning(
          task.status(),
          task.reason(),
          task.createdAt(),
          task.changedAt(),
          task.begunWith(),
          attemptCount,
          publishedCount);
    }
  }

  TaskStanding(TaskConfig config, TaskStore store, Timeline timeline, Beginning beginning) {
    this.config = config;
    this.store = store;
    this.timeline = timeline;
    this.createdAt = beginning.createdAt();
    this.changedAt = beginning.changedAt();
    this.begunWith = beginning.begunWith();
    this.status = beginning.status();
    this.reason = beginning.reason();
    this.attemptCount = beginning.attemptCount();
    this.publishedCount = beginning.publishedCount();
  }

  TaskStatus status() {
    return status;
  }

  String reason() {
    return reason;
  }

  Instant createdAt() {
    return createdAt;
  }

  /** When the status became what it is. */
  Instant changedAt() {
    return changedAt;
  }

  long attemptCount() {
    return attemptCount;
  }

  long publishedCount() {
    return publishedCount;
  }

  boolean isRunning() {
    return status == TaskStatus.RUNNING;
  }

  void attempted(long roundNumber) {
    attemptCount = roundNumber;
  }

  void published() {
    publishedCount++;
  }

  /**
   * Whether one more round of this run would be needed if those that are under way were published.
   */
  boolean needsMoreThan(int underWayCount) {
    return publishedInThisRun() + underWayCount < config.until().rounds().orElse(Long.MAX_VALUE);
  }

  /** Why the task has reached what it runs for; empty while it has not. */
  Optional<String> reached(Optional<ModelVersion> latest) {
    if (!needsMoreThan(0)) {
      return Optional.of(publishedInThisRun() + " rounds published");
    }
    return config
        .until()
        .targetMetric()
        .flatMap(
            target ->
                latest
                    .filter(this::isOfThisRun)
                    .filter(version -> TargetCheck.isMet(target, version)))
        .map(version -> "target metric reached by version " + version.version());
  }

  /** A run that began again ends with a version of its own, not with the one it began from. */
  private boolean isOfThisRun(ModelVersion version) {
    return version.version() > begunWith;
  }

  private long publishedInThisRun() {
    return publishedCount - Math.max(0, begunWith);
  }

  /** Saves that the task begins again; it does when {@link #begun} says that this is on disk. */
  Future<Integer> saveBeginning(String why) {
    return store.beginAgain(config.name(), publishedCount, why, timeline.now());
  }

  /** The finished task runs for as long again. */
  void begun(String why) {
    status = TaskStatus.RUNNING;
    reason = why;
    changedAt = timeline.now();
    begunWith = publishedCount;
    LOG.info("task {} begins again: {}", config.name(), why);
  }

  /** Takes effect at once; succeeds, on the store's thread, when it is on disk. */
  Future<Integer> set(TaskStatus next, String why) {
    status = next;
    reason = why;
    changedAt = timeline.now();
    LOG.info("task {} {}: {}", config.name(), next, why);
    return store
        .setStatus(config.name(), next, why, changedAt)
        .onFailure(
            failure ->
                LOG.error("status {} of task {} was not saved", next, config.name(), failure));
  }

  /**
   * Goes back to what is on disk, because {@code given} could not be saved; unless it has moved on.
   */
  void withdraw(TaskStatus given, TaskStatus before, String why) {
    if (status == given) {
      status = before;
      reason = why;
    }
  }
}
