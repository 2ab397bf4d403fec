package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.artifact.UploadedModels;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.registry.OptimizerStates;
import dev.tributary.coordinator.registry.SqlModelRegistry;
import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.Timeline;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import dev.tributary.coordinator.schedule.ledger.RoundLedger;
import dev.tributary.coordinator.schedule.ledger.SessionVaults;
import dev.tributary.coordinator.schedule.ledger.SumFiles;
import dev.tributary.coordinator.schedule.pace.Participations;
import dev.tributary.coordinator.schedule.work.Engagements;
import dev.tributary.coordinator.schedule.work.ProgressFeed;
import dev.tributary.coordinator.schedule.work.RoundMeters;
import dev.tributary.coordinator.schedule.work.RoundThreads;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.coordinator.store.RoundJournal.Tally;
import dev.tributary.coordinator.store.SqlRoundJournal;
import dev.tributary.coordinator.store.SqlTaskStore;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.coordinator.store.TaskStatus;
import dev.tributary.coordinator.store.TaskStore.StoredTask;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tasks of one coordinator, from opening to closing. Round logic runs in one lane a task; sums,
 * models and files on the workers. Neither the database nor the timeline is its own.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  private final Tasks tasks;
  private final ModelFiles models;
  private final DeviceDesk devices;
  private final OperatorDesk operators;
  private final RoundThreads threads;
  private final Duration grace;

  private Scheduler(Tasks tasks, RoundThreads threads, Duration grace) {
    this.tasks = tasks;
    this.models = tasks.services().models();
    this.devices = new Devices(tasks);
    this.operators = new Operators(tasks);
    this.threads = threads;
    this.grace = grace;
  }

  /**
   * What a scheduler is made of.
   *
   * @param stateDirectory holds {@code models}, {@code artifacts}, {@code optimizers}, {@code sums}
   *     and {@code sessions} beside the database
   * @param disk writes the files in there
   * @param authority vouches for the devices in rounds with secure aggregation
   * @param threads closed with the scheduler
   * @param grace how long {@link #close} lets rounds that await uploads go on
   */
  public record Setup(
      StateStore database,
      Path stateDirectory,
      Disk disk,
      DeviceAuthority authority,
      ModelEvaluator evaluator,
      RoundThreads threads,
      Timeline timeline,
      MeterRegistry meters,
      CheckpointPolicy checkpoints,
      Duration grace) {}

  /** Starts every task again, with the rounds that a crash left. Blocks. */
  public static Scheduler open(Setup setup) {
    try {
      var scheduler = new Scheduler(new Tasks(services(setup)), setup.threads(), setup.grace());
      scheduler.load();
      return scheduler;
    } catch (RuntimeException | Error e) {
      setup.threads().close();
      throw e;
    }
  }

  private static Services services(Setup setup) {
    return new Services(
        setup.timeline(),
        new SqlRoundJournal(setup.database()),
        new SqlTaskStore(setup.database()),
        new SqlModelRegistry(setup.database()),
        ModelFiles.open(setup.stateDirectory().resolve("models"), setup.disk()),
        new UploadedModels(
            setup.database(),
            ArtifactFiles.open(setup.stateDirectory().resolve("artifacts"), setup.disk())),
        new OptimizerStates(setup.stateDirectory().resolve("optimizers"), setup.disk()),
        new RoundLedger(
            setup.checkpoints(),
            SumFiles.open(
                setup.stateDirectory().resolve("sums"),
                setup.disk(),
                setup.database().ownership().epoch(),
                setup.database()::distrust),
            SessionVaults.open(
                setup.stateDirectory().resolve("sessions"), setup.disk(), new SecureRandom())),
        setup.evaluator(),
        new Engagements(),
        new ProgressFeed(),
        new RoundMeters(setup.meters()),
        setup.authority(),
        setup.threads().lanes(),
        setup.threads().workers());
  }

  public DeviceDesk devices() {
    return devices;
  }

  public OperatorDesk operators() {
    return operators;
  }

  /** The files of all model versions, for serving them. */
  public ModelFiles models() {
    return models;
  }

  /**
   * Takes no more devices, lets rounds that report finish within the grace, abandons them then, and
   * waits for those that are past giving up. Blocks. The database must still be open.
   *
   * <p>The lanes go on: whoever still asks is answered, by rounds that have ended and tasks that
   * take nobody.
   */
  @Override
  public void close() {
    tasks.close();
    var runners = List.copyOf(tasks.runners());
    var idle = new CountDownLatch(runners.size());
    for (var runner : runners) {
      runner.lane().execute(() -> runner.close(new Once(idle::countDown)));
    }
    if (!awaits(idle, grace)) {
      for (var runner : runners) {
        runner
            .lane()
            .execute(
                () ->
                    runner.abandon(
                        AbandonReason.COORDINATOR_STOPPED, "the coordinator was stopped"));
      }
      if (!awaits(idle, CLOSE_LIMIT)) {
        LOG.error(
            "{} tasks did not end within {}; their rounds are abandoned at the next start",
            idle.getCount(),
            CLOSE_LIMIT);
      }
    }
    threads.close();
  }

  private void load() {
    var services = tasks.services();
    var recovery = new Recovery(services);
    recovery.read();
    int orphanCount = services.models().keepOnly(Reply.await(services.registry().digests()));
    Reply.await(services.tasks().populations()).forEach(tasks::add);
    Map<TaskName, Tally> tallies =
        Reply.await(services.journal().tallies()).stream()
            .collect(Collectors.toMap(Tally::task, Function.identity()));
    List<StoredTask> stored = Reply.await(services.tasks().tasks());
    var trainingFirst =
        stored.stream() // evaluation tasks refer to training tasks
            .map(task -> new Known(task, TaskConfig.parseStored(task.configJson())))
            .sorted(
                Comparator.comparing(
                    known -> !(known.config().work() instanceof TaskConfig.Training)))
            .toList();
    for (var known : trainingFirst) {
      var name = known.stored().name();
      recovery.resume(
          start(known.config(), known.stored(), tallies.getOrDefault(name, new Tally(name, 0, 0))));
    }
    LOG.info(
        "{} tasks started, {} rounds of the last run go on, {} ended, {} models of unpublished"
            + " rounds removed",
        stored.size(),
        recovery.resumedCount(),
        recovery.endedCount(),
        orphanCount);
  }

  private record Known(StoredTask stored, TaskConfig config) {}

  private TaskRunner start(TaskConfig config, StoredTask task, Tally tally) {
    var services = tasks.services();
    var participations = new Participations(config.separation());
    if (participations.isNeeded()) {
      Reply.await(services.journal().participations(task.name()))
          .forEach(p -> participations.counted(p.device(), p.roundNumber(), p.at()));
    }
    Optional<ModelVersion> latest = Reply.await(services.registry().latest(task.name()));
    services
        .optimizerStates()
        .keepOnly(
            task.name(),
            latest
                .filter(
                    version ->
                        task.status() != TaskStatus.FINISHED || config.retraining().isPresent())
                .flatMap(ModelVersion::optimizerState));
    return tasks.start(
        config,
        latest,
        participations,
        TaskStanding.Beginning.of(task, tally.greatestNumber(), tally.publishedCount()));
  }

  private static boolean awaits(CountDownLatch latch, Duration limit) {
    try {
      return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs an action the first time it is asked to. Touched only by one lane. */
  private static final class Once implements Runnable {
    private final Runnable action;
    private boolean done;

    Once(Runnable action) {
      this.action = action;
    }

    @Override
    public void run() {
      if (!done) {
        done = true;
        action.run();
      }
    }
  }
}
