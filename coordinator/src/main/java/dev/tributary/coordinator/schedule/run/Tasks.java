package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.check.EligibilityCheck;
import dev.tributary.coordinator.schedule.pace.Participations;
import dev.tributary.coordinator.schedule.work.EvaluationWork;
import dev.tributary.coordinator.schedule.work.RoundWork;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.schedule.work.TrainingWork;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The populations and running tasks of this coordinator, by name. Safe on any thread. */
final class Tasks {
  private final Services services;
  private final Map<PopulationName, Population> populations = new ConcurrentSkipListMap<>();
  private final Map<TaskName, TaskRunner> runners = new ConcurrentSkipListMap<>();
  private final Map<TaskName, ModelVersion> latest = new ConcurrentHashMap<>();
  private volatile boolean closing;

  Tasks(Services services) {
    this.services = services;
  }

  Services services() {
    return services;
  }

  void add(PopulationName name) {
    populations.computeIfAbsent(name, missing -> new Population(missing, services.timeline()));
  }

  Optional<Population> population(PopulationName name) {
    return Optional.ofNullable(populations.get(name));
  }

  Collection<Population> populations() {
    return populations.values();
  }

  Optional<TaskRunner> runner(TaskName name) {
    return Optional.ofNullable(runners.get(name));
  }

  /** By name. */
  Collection<TaskRunner> runners() {
    return runners.values();
  }

  /** From now on no task starts; one that is on its way ends at once. */
  void close() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }

  /** The newest version of the model that this task trains or evaluates. */
  Optional<ModelVersion> latestModel(TaskConfig config) {
    return Optional.ofNullable(latest.get(trainingTask(config)));
  }

  /**
   * Starts running a task whose population exists and, if it evaluates, whose training task runs.
   *
   * @param version newest of the task's own model, absent for an evaluation task
   */
  TaskRunner start(
      TaskConfig config,
      Optional<ModelVersion> version,
      Participations participations,
      TaskStanding.Beginning beginning) {
    version.ifPresent(known -> latest.put(config.name(), known));
    Population population =
        population(config.population())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "task "
                            + config.name()
                            + ": there is no population "
                            + config.population()));
    var runner =
        new TaskRunner(
            config,
            work(config),
            new TaskGate(
                config,
                new EligibilityCheck(config.eligibility(), ableRuntimes(model(config))),
                participations,
                services.timeline(),
                population::arrivals),
            new TaskStanding(config, services.tasks(), services.timeline(), beginning),
            services,
            () -> latestModel(config),
            next -> published(config, next));
    runners.put(config.name(), runner);
    runner.lane().execute(runner::finishIfDone); // in the lane before any device
    if (closing) { // read after the runner is among those that a closing scheduler looks at
      runner.lane().execute(() -> runner.close(() -> {}));
    }
    population.add(runner);
    return runner;
  }

  private void published(TaskConfig config, ModelVersion next) {
    var owner = trainingTask(config);
    if (config.name().equals(owner)) {
      latest.put(owner, next);
    } else {
      latest.computeIfPresent(
          owner,
          (name, known) ->
              known.version() == next.version() ? known.with(next.evaluations().getLast()) : known);
      runner(owner).ifPresent(training -> training.lane().execute(training::finishIfDone));
    }
  }

  private RoundWork work(TaskConfig config) {
    return switch (config.work()) {
      case TaskConfig.Training training -> new TrainingWork(config, training, services);
      case TaskConfig.Evaluating evaluating -> new EvaluationWork(config, model(config), services);
    };
  }

  private ModelSpec model(TaskConfig config) {
    return switch (config.work()) {
      case TaskConfig.Training training -> training.model();
      case TaskConfig.Evaluating evaluating ->
          runner(evaluating.task())
              .map(training -> model(training.config()))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "task "
                              + config.name()
                              + ": there is no task "
                              + evaluating.task()
                              + " to evaluate"));
    };
  }

  static TaskName trainingTask(TaskConfig config) {
    return switch (config.work()) {
      case TaskConfig.Training training -> config.name();
      case TaskConfig.Evaluating evaluating -> evaluating.task();
    };
  }

  /** The pure Java runtime where it knows the layers, and PyTorch, which knows them all. */
  private static Set<String> ableRuntimes(ModelSpec model) {
    try {
      return Set.of(ModelRuntimes.forSpec(model, "java").name(), "pytorch");
    } catch (IllegalArgumentException e) {
      return Set.of("pytorch");
    }
  }
}
