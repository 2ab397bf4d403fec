package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.ledger.RoundViews;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Answers operators: what runs from the lanes, what was from the tables. Safe on any thread. */
final class Operators implements OperatorDesk {
  private static final int MAX_LIMIT = 1000;

  private final Tasks tasks;
  private final Services services;
  private final TaskCreation creation;

  Operators(Tasks tasks) {
    this.tasks = tasks;
    this.services = tasks.services();
    this.creation = new TaskCreation(tasks);
  }

  @Override
  public Future<PopulationView> createPopulation(PopulationName name) {
    return heard(
        services
            .tasks()
            .addPopulation(name, services.timeline().now())
            .compose(
                added -> {
                  if (!added) {
                    return Future.failedFuture(
                        new RejectedException(
                            RejectReason.NAME_TAKEN, "there is a population " + name + " already"));
                  }
                  tasks.add(name);
                  return Future.succeededFuture(new PopulationView(name, 0, List.of()));
                }));
  }

  @Override
  public Future<List<PopulationView>> populations() {
    return Future.succeededFuture(
        tasks.populations().stream()
            .map(
                population ->
                    new PopulationView(
                        population.name(),
                        Math.round(population.deviceEstimate()),
                        population.tasks().stream()
                            .map(task -> task.config().name())
                            .sorted()
                            .toList()))
            .toList());
  }

  @Override
  public Future<ModelSpec> network(ModelDigest digest) {
    return heard(creation.initialModels().network(digest));
  }

  @Override
  public Future<TaskView> createTask(TaskConfig config) {
    return heard(creation.create(config).compose(this::view));
  }

  @Override
  public Future<List<TaskView>> tasks() {
    var views = tasks.runners().stream().map(this::view).toList();
    return heard(Future.all(views).map(all -> all.<TaskView>list()));
  }

  @Override
  public Future<TaskView> task(TaskName name) {
    return onTask(name, runner -> Future.succeededFuture());
  }

  @Override
  public Future<TaskView> pause(TaskName name) {
    return heard(onTask(name, runner -> runner.orders().pause()));
  }

  @Override
  public Future<TaskView> resume(TaskName name) {
    return heard(onTask(name, runner -> runner.orders().resume()));
  }

  @Override
  public Future<TaskView> retrain(TaskName name, String reason) {
    return heard(onTask(name, runner -> runner.orders().retrain(reason)));
  }

  @Override
  public Future<List<RoundProgress>> rounds(Optional<TaskName> task, int limit) {
    return requireLimit(limit)
        .compose(fine -> services.journal().newest(task, limit))
        .map(rows -> rows.stream().map(RoundViews::progress).toList());
  }

  @Override
  public Future<RoundProgress> round(RoundId round) {
    return services
        .journal()
        .row(round)
        .compose(
            row ->
                row.isPresent()
                    ? Future.succeededFuture(RoundViews.progress(row.get()))
                    : Future.failedFuture(
                        new RejectedException(
                            RejectReason.NOT_FOUND, "there is no round " + round)));
  }

  @Override
  public Subscription watch(Consumer<RoundProgress> listener) {
    return services.feed().add(listener);
  }

  @Override
  public Future<List<ModelVersion>> models(
      Optional<TaskName> task, Optional<ModelRegistry.Place> after, int limit) {
    return requireLimit(limit).compose(fine -> services.registry().page(task, after, limit));
  }

  private static Future<Integer> requireLimit(int limit) {
    return limit < 1 || limit > MAX_LIMIT
        ? Future.failedFuture(
            new RejectedException(
                RejectReason.BAD_PARAMETER,
                "limit must be in [1, " + MAX_LIMIT + "], not " + limit))
        : Future.succeededFuture(limit);
  }

  @Override
  public Future<List<ModelVersion>> models(Optional<TaskName> task) {
    return services.registry().versions(task);
  }

  @Override
  public Future<List<ModelVersion>> model(ModelDigest digest) {
    return services
        .registry()
        .withDigest(digest)
        .compose(
            versions ->
                versions.isEmpty()
                    ? Future.failedFuture(
                        new RejectedException(
                            RejectReason.NOT_FOUND, "there is no model " + digest))
                    : Future.succeededFuture(versions));
  }

  private Future<TaskView> onTask(TaskName name, Function<TaskRunner, Future<?>> action) {
    return tasks
        .runner(name)
        .map(runner -> onLane(runner, action))
        .orElseGet(
            () ->
                Future.failedFuture(
                    new RejectedException(RejectReason.NOT_FOUND, "there is no task " + name)));
  }

  private Future<TaskView> view(TaskRunner runner) {
    return onLane(runner, same -> Future.succeededFuture());
  }

  /** Does something to a task, then shows it. */
  private Future<TaskView> onLane(TaskRunner runner, Function<TaskRunner, Future<?>> action) {
    var reply = new Reply<TaskView>();
    var lane = runner.lane();
    Runnable show = () -> reply.succeed(runner.view(tasks.latestModel(runner.config())));
    lane.execute(() -> action.apply(runner).onComplete(done -> lane.execute(show), reply::fail));
    return reply.future();
  }

  /** Takes the answer back to the caller's context, whatever threads it came over. */
  private static <T> Future<T> heard(Future<T> answer) {
    var reply = new Reply<T>();
    answer.onComplete(reply::succeed, failure -> reply.fail(TaskCreation.asRefusal(failure)));
    return reply.future();
  }
}
