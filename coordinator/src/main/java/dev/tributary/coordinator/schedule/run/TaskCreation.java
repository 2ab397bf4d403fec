package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.TaskConfig.Evaluating;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import dev.tributary.coordinator.schedule.pace.Participations;
import dev.tributary.coordinator.schedule.work.InitialModels;
import dev.tributary.coordinator.schedule.work.InitialModels.InitialModel;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.coordinator.store.TaskStatus;
import dev.tributary.coordinator.store.TaskStore.StoredTask;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Creates tasks: checks, initial model on disk, one transaction, then runs them. Safe on any
 * thread.
 */
final class TaskCreation {
  private final Tasks tasks;
  private final Services services;
  private final InitialModels initialModels;

  TaskCreation(Tasks tasks) {
    this.tasks = tasks;
    this.services = tasks.services();
    this.initialModels = new InitialModels(services, this::network);
  }

  InitialModels initialModels() {
    return initialModels;
  }

  Future<TaskRunner> create(TaskConfig config) {
    return checked(config)
        .compose(fine -> initialModel(config))
        .compose(model -> register(config, model));
  }

  private Future<TaskConfig> checked(TaskConfig config) {
    if (tasks.isClosing()) {
      return refused(RejectReason.SHUTTING_DOWN, "the coordinator is stopping");
    }
    if (tasks.runner(config.name()).isPresent()) {
      return refused(RejectReason.NAME_TAKEN, "there is a task " + config.name() + " already");
    }
    if (tasks.population(config.population()).isEmpty()) {
      return refused(
          RejectReason.UNKNOWN_POPULATION, "there is no population " + config.population());
    }
    if (config.work() instanceof Evaluating evaluating) {
      var evaluated = tasks.runner(evaluating.task());
      if (evaluated.isEmpty()) {
        return refused(
            RejectReason.BAD_CONFIGURATION, "evaluates: there is no task " + evaluating.task());
      }
      if (!(evaluated.get().config().work() instanceof Training)) {
        return refused(
            RejectReason.BAD_CONFIGURATION,
            "evaluates: task " + evaluating.task() + " does not train a model");
      }
    }
    return Future.succeededFuture(config);
  }

  private Future<Optional<InitialModel>> initialModel(TaskConfig config) {
    return config.work() instanceof Training training
        ? initialModels.of(training).map(Optional::of)
        : Future.succeededFuture(Optional.empty());
  }

  /** What a task trains, if it trains anything. */
  private Optional<ModelSpec> network(TaskName task) {
    return tasks
        .runner(task)
        .flatMap(
            runner ->
                runner.config().work() instanceof Training training
                    ? Optional.of(training.model())
                    : Optional.empty());
  }

  private Future<TaskRunner> register(TaskConfig config, Optional<InitialModel> model) {
    Instant now = services.timeline().now();
    Optional<ModelVersion> initial =
        model.map(
            first ->
                new ModelVersion(
                    config.name(),
                    0,
                    first.stored().digest(),
                    first.parent(),
                    Optional.empty(),
                    first.stored().bytes(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    now,
                    List.of()));
    SqlWork<?> version =
        initial.isPresent() ? services.registry().adding(initial.get()) : connection -> 0;
    var stored =
        new StoredTask(
            config.name(),
            config.population(),
            config.toJson(),
            TaskStatus.RUNNING,
            "created",
            now,
            now,
            StoredTask.FIRST_RUN);
    return services
        .tasks()
        .addTask(stored, version)
        .compose(
            added -> {
              if (!added) {
                return refused(
                    RejectReason.NAME_TAKEN, "there is a task " + config.name() + " already");
              }
              var beginning = TaskStanding.Beginning.of(stored, 0, 0);
              return Future.succeededFuture(
                  tasks.start(config, initial, new Participations(config.separation()), beginning));
            });
  }

  /** What an operator is told when the disk does not take it. */
  static Throwable asRefusal(Throwable failure) {
    return failure instanceof StoreException e && e.refusal().isPresent()
        ? e.refusal().get()
        : failure;
  }

  private static <T> Future<T> refused(RejectReason reason, String detail) {
    return Future.failedFuture(new RejectedException(reason, detail));
  }
}
