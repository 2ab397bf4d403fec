package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.coordinator.registry.ModelFiles.StoredModel;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.TaskConfig.Evaluating;
import dev.tributary.coordinator.schedule.TaskConfig.Initial;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import dev.tributary.coordinator.schedule.pace.Participations;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.coordinator.store.TaskStatus;
import dev.tributary.coordinator.store.TaskStore.StoredTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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

  TaskCreation(Tasks tasks) {
    this.tasks = tasks;
    this.services = tasks.services();
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

  /** On a worker: weights are drawn and the file is synced there. */
  private Future<Optional<StoredModel>> initialModel(TaskConfig config) {
    if (!(config.work() instanceof Training training)) {
      return Future.succeededFuture(Optional.empty());
    }
    Promise<Optional<StoredModel>> stored = Promise.promise();
    services
        .workers()
        .execute(
            () -> {
              try {
                stored.complete(
                    Optional.of(
                        switch (training.initial()) {
                          case Initial.Seed initial ->
                              services
                                  .models()
                                  .save(
                                      new ModelState(
                                          training.model().layout(),
                                          InitialWeights.of(training.model(), initial.seed())));
                          case Initial.Version initial -> existing(training, initial.digest());
                        }));
              } catch (OutOfMemoryError e) {
                stored.fail(tooLarge(training));
              } catch (RejectedException | RuntimeException | Error e) {
                stored.fail(e);
              }
            });
    return stored.future();
  }

  private static RejectedException tooLarge(Training training) {
    return new RejectedException(
        RejectReason.BAD_CONFIGURATION,
        "model: its "
            + training.model().layout().dimension()
            + " parameters do not fit the coordinator's heap of "
            + Runtime.getRuntime().maxMemory()
            + " bytes, or what is left of it");
  }

  private StoredModel existing(Training training, ModelDigest digest) throws RejectedException {
    if (services.models().find(digest).isEmpty()) {
      throw new RejectedException(
          RejectReason.BAD_CONFIGURATION, "initialModel: there is no model " + digest);
    }
    ModelState state = services.models().load(digest);
    if (!state.layout().equals(training.model().layout())) {
      throw new RejectedException(
          RejectReason.BAD_CONFIGURATION,
          "initialModel: "
              + digest
              + " has the layout "
              + state.layout()
              + ", the model has "
              + training.model().layout());
    }
    return new StoredModel(digest, services.models().bytes(digest));
  }

  private Future<TaskRunner> register(TaskConfig config, Optional<StoredModel> model) {
    Instant now = services.timeline().now();
    Optional<ModelVersion> initial =
        model.map(
            stored ->
                new ModelVersion(
                    config.name(),
                    0,
                    stored.digest(),
                    Optional.empty(),
                    Optional.empty(),
                    stored.bytes(),
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
