package dev.tributary.coordinator.schedule.retrain;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.publish.Promotion;
import dev.tributary.coordinator.publish.Publications;
import dev.tributary.coordinator.publish.artifact.VersionSource;
import dev.tributary.coordinator.publish.channel.ChannelKey;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.OperatorDesk.TaskView;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.retrain.Retraining.PromotionRule;
import dev.tributary.coordinator.store.TaskStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain from a finished run to devices and to the next run. It keeps nothing of its own: what
 * is due follows from where tasks and channels stand, so that after a crash the next {@link #tick}
 * goes on. Any thread; nothing blocks.
 */
public final class RetrainingChain {

  private static final Logger LOG = LoggerFactory.getLogger(RetrainingChain.class);

  private final OperatorDesk desk;
  private final Publications publications;
  private final InstantSource clock;
  private final AtomicBoolean ticking = new AtomicBoolean();
  private final Map<TaskName, String> obstacles = new ConcurrentHashMap<>();

  public RetrainingChain(OperatorDesk desk, Publications publications, InstantSource clock) {
    this.desk = desk;
    this.publications = publications;
    this.clock = clock;
  }

  /** Takes the next step of every task that has one; while steps are under way none. */
  public Future<Void> tick() {
    if (!ticking.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return desk.tasks()
        .compose(
            tasks -> {
              List<Future<Void>> steps = new ArrayList<>();
              for (TaskView task : tasks) {
                task.config()
                    .retraining()
                    .filter(rule -> task.status() == TaskStatus.FINISHED)
                    .filter(rule -> task.running().isEmpty()) // its last round may make a version
                    .ifPresent(
                        rule ->
                            steps.add(
                                reported(
                                    task,
                                    Future.succeededFuture()
                                        .compose(begun -> step(task, rule))
                                        .compose(done -> requireWatched(task, rule, tasks)))));
              }
              return Future.join(steps).<Void>mapEmpty();
            })
        .onFailure(cause -> LOG.warn("retraining did not get on", cause))
        .onComplete(done -> ticking.set(false));
  }

  private Future<Void> step(TaskView task, Retraining rule) {
    Optional<ModelVersion> result = task.latest().filter(version -> version.version() > 0);
    if (rule.promotion().isEmpty() || result.isEmpty()) {
      return trainIfDue(task, rule);
    }
    PromotionRule promotion = rule.promotion().get();
    var channel = new ChannelKey(task.config().population(), promotion.channel());
    return publications
        .wasOrdered(channel, result.get().digest())
        .compose(
            ordered ->
                ordered ? trainIfDue(task, rule) : promote(task, result.get(), promotion, channel));
  }

  private Future<Void> promote(
      TaskView task, ModelVersion version, PromotionRule promotion, ChannelKey channel) {
    if (!(task.config().work() instanceof TaskConfig.Training training)) {
      return Future.succeededFuture();
    }
    var order =
        new Promotion(
            channel,
            version.digest(),
            promotion.kinds(),
            promotion.plan(),
            promotion.approval(),
            "task " + task.config().name() + " finished: " + task.reason());
    var source =
        new VersionSource(
            task.config().population(), version, training.model(), task.config().toJson());
    return publications
        .promote(order, source)
        .onSuccess(
            moved ->
                LOG.info(
                    "task {}: version {} goes to channel {}{}",
                    task.config().name(),
                    version.version(),
                    channel,
                    promotion.approval() ? ", when an operator approves it" : ""))
        .mapEmpty();
  }

  private Future<Void> trainIfDue(TaskView task, Retraining rule) {
    return due(task, rule, clock.instant())
        .map(why -> desk.retrain(task.config().name(), why).<Void>mapEmpty())
        .orElseGet(Future::succeededFuture);
  }

  /** A name that no evaluation task of this task has would never be noticed otherwise. */
  private static Future<Void> requireWatched(TaskView task, Retraining rule, List<TaskView> tasks) {
    TaskName name = task.config().name();
    return rule.drift()
        .map(Retraining.DriftRule::evaluation)
        .filter(evaluation -> tasks.stream().noneMatch(other -> evaluates(other, evaluation, name)))
        .map(
            evaluation ->
                Future.<Void>failedFuture(
                    new RejectedException(
                        RejectReason.NOT_FOUND,
                        "no drift is seen: there is no task "
                            + evaluation
                            + " that evaluates "
                            + name
                            + " and is not finished")))
        .orElseGet(Future::succeededFuture);
  }

  private static boolean evaluates(TaskView other, TaskName evaluation, TaskName trained) {
    return other.config().name().equals(evaluation)
        && other.status() != TaskStatus.FINISHED
        && other.config().work() instanceof TaskConfig.Evaluating work
        && work.task().equals(trained);
  }

  private static Optional<String> due(TaskView task, Retraining rule, Instant now) {
    return rule.drift()
        .flatMap(
            drift ->
                task.latest().flatMap(version -> DriftCheck.moved(drift, version.evaluations())))
        .or(
            () ->
                rule.every()
                    .filter(time -> !now.isBefore(task.changedAt().plus(time)))
                    .map(time -> "schedule: finished " + time.toSeconds() + " seconds ago"));
  }

  /** What stands in the way is said once, not at every tick. */
  private Future<Void> reported(TaskView task, Future<Void> step) {
    TaskName name = task.config().name();
    return step.onSuccess(done -> obstacles.remove(name))
        .onFailure(
            cause -> {
              String detail = String.valueOf(cause.getMessage());
              if (!detail.equals(obstacles.put(name, detail))) {
                if (cause instanceof RejectedException) {
                  LOG.warn("retraining of task {} waits: {}", name, detail);
                } else {
                  LOG.warn("retraining of task {} waits", name, cause);
                }
              }
            });
  }
}
