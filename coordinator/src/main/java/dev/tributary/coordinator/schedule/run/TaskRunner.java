package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundPlan;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.schedule.OperatorDesk.TaskView;
import dev.tributary.coordinator.schedule.live.RoundAnswers;
import dev.tributary.coordinator.schedule.live.RoundRunner;
import dev.tributary.coordinator.schedule.live.RoundUploads;
import dev.tributary.coordinator.schedule.live.RoundWork;
import dev.tributary.coordinator.schedule.live.SerialLane;
import dev.tributary.coordinator.schedule.live.Services;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.pace.PaceSteering;
import dev.tributary.coordinator.schedule.pace.Window;
import dev.tributary.coordinator.store.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task being run: at most one round reports while the next one selects its devices. A round is opened by the first
 * eligible device, so an idle task makes no rounds. Touched only by its own lane.
 */
final class TaskRunner implements RoundRunner.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);
  private static final int REMEMBERED_ROUND_COUNT = 16;
  private static final Duration PERMANENT = Duration.ofHours(4); // for what an hour will not change

  private final TaskConfig config;
  private final RoundWork work;
  private final Instant createdAt;
  private final EligibilityCheck eligibility;
  private final PaceSteering pace;
  private final Participations participations;
  private final Services services;
  private final SerialLane lane;
  private final Supplier<Double> populationCount;
  private final Supplier<Optional<ModelVersion>> nextBase;
  private final Consumer<ModelVersion> published;
  private final Map<RoundId, LiveRound> rounds = new LinkedHashMap<>();
  private @Nullable LiveRound reporting;
  private @Nullable LiveRound selecting;
  private TaskStatus status;
  private String reason;
  private long attemptCount;
  private long publishedCount;
  private boolean closing;
  private Runnable whenIdle = () -> {};

  /** A round and those who speak for it. */
  record LiveRound(RoundRunner runner, RoundUploads uploads, RoundAnswers answers) {}

  /** What is known of a task when its runner starts. */
  record Beginning(
      TaskStatus status, String reason, Instant createdAt, long attemptCount, long publishedCount) {}

  /**
   * A runner.
   *
   * @param populationCount estimate of the devices of the population
   * @param nextBase the version that a round would start from now
   * @param published told on this lane what the newest version is after a round
   */
  TaskRunner(
      TaskConfig config,
      RoundWork work,
      EligibilityCheck eligibility,
      Participations participations,
      Beginning beginning,
      Services services,
      Supplier<Double> populationCount,
      Supplier<Optional<ModelVersion>> nextBase,
      Consumer<ModelVersion> published) {
    this.config = config;
    this.work = work;
    this.eligibility = eligibility;
    this.participations = participations;
    this.services = services;
    this.populationCount = populationCount;
    this.nextBase = nextBase;
    this.published = published;
    this.createdAt = beginning.createdAt();
    this.status = beginning.status();
    this.reason = beginning.reason();
    this.attemptCount = beginning.attemptCount();
    this.publishedCount = beginning.publishedCount();
    this.lane = new SerialLane("task " + config.name(), services.lanes());
    var p = config.pace();
    this.pace = new PaceSteering(p.floor(), p.ceiling(), p.slot(), p.smallPopulation());
  }

  TaskConfig config() {
    return config;
  }

  Executor lane() {
    return lane;
  }

  Optional<LiveRound> round(RoundId id) {
    return Optional.ofNullable(rounds.get(id));
  }

  long attemptCount() {
    return attemptCount;
  }

  /** Gives the device a place, or says when to come back. The answer comes on this lane. */
  void offer(DeviceId device, CheckIn checkIn, Consumer<CheckInAnswer> answer) {
    Optional<String> obstacle = obstacle(device, checkIn);
    if (obstacle.isPresent()) {
      answer.accept(comeBack(device, obstacle.get()));
      return;
    }
    var id = selecting == null ? new RoundId(config.name(), attemptCount + 1) : selecting.runner().id();
    if (!services.engagements().claim(device, id)) {
      answer.accept(comeBack(pace(), "busy"));
      return;
    }
    LiveRound round = selecting == null ? open(id) : selecting;
    round.runner().enrol(
        device,
        () -> answer.accept(assigned(round.runner())),
        refusal -> {
          services.engagements().release(device, id);
          answer.accept(comeBack(pace(), refusal.reason().code()));
        });
  }

  /** The place that the device has already, when its answer was lost; otherwise the place is given up. */
  void offerAgain(DeviceId device, RoundId id, Consumer<Optional<CheckInAnswer>> answer) {
    var round = rounds.get(id);
    if (round == null || round.runner().durable() instanceof Terminal) {
      services.engagements().release(device, id);
      answer.accept(Optional.empty());
    } else if (awaits(round, device)) {
      answer.accept(Optional.of(assigned(round.runner())));
    } else {
      answer.accept(Optional.of(comeBack(pace(), "busy"))); // what frees or binds it is on its way to the disk
    }
  }

  private static boolean awaits(LiveRound round, DeviceId device) {
    return !round.uploads().has(device)
        && switch (round.runner().durable()) {
          case Enrolling s -> s.enrolled().contains(device);
          case Collecting s -> s.cohort().contains(device) && !s.dropped().contains(device);
          default -> false;
        };
  }

  /** The device gave up. */
  void drop(DeviceId device, LiveRound round, String cause, Runnable done) {
    if (round.uploads().has(device)) {
      done.run();
      return;
    }
    round.runner().on(new RoundEvent.DeviceDropped(services.timeline().now(), device, cause), done, refusal -> done.run());
  }

  void pause() {
    setStatus(TaskStatus.PAUSED, "paused by an operator");
    cancelSelecting(AbandonReason.OPERATOR, "the task was paused");
  }

  void resume() {
    setStatus(TaskStatus.RUNNING, "resumed by an operator");
  }

  TaskStatus status() {
    return status;
  }

  /** Ends: no further round, none that still selects; {@code idle} runs, maybe more than once, when none is left. */
  void close(Runnable idle) {
    closing = true;
    whenIdle = idle;
    cancelSelecting(AbandonReason.COORDINATOR_STOPPED, "the coordinator was stopped");
    tellIfIdle();
  }

  /** Gives up what can be given up. */
  void abandon(AbandonReason because, String detail) {
    cancelSelecting(because, detail);
    if (reporting != null) {
      reporting.runner().on(new RoundEvent.RoundCancelled(services.timeline().now(), because, detail));
    }
  }

  TaskView view(Optional<ModelVersion> latest) {
    var running = new ArrayList<RoundProgress>();
    for (var round : live()) {
      running.add(round.runner().progress());
    }
    return new TaskView(config, status, reason, createdAt, publishedCount, attemptCount, latest, running);
  }

  @Override
  public void decided(RoundRunner round) {
    if (selecting != null
        && selecting.runner() == round
        && !(round.decided() instanceof Planned)
        && !(round.decided() instanceof Enrolling)) {
      if (!(round.decided() instanceof Terminal)) {
        reporting = selecting; // its base was fixed, so nothing reports before it
      }
      selecting = null;
    }
  }

  @Override
  public void settled(RoundRunner round) {
    if (!(round.durable() instanceof Terminal)) {
      return;
    }
    if (reporting != null && reporting.runner() == round) {
      reporting = null;
    }
    if (round.durable() instanceof Published p) {
      publishedCount++;
      p.survivors().keySet().forEach(device -> participations.counted(device, round.id().number(), p.endedAt()));
      round.publication().ifPresent(publication -> published.accept(publication.version()));
      finishIfDone();
    }
    forgetOldRounds();
    if (selecting != null && reporting == null) {
      fixBase(selecting.runner());
    }
    tellIfIdle();
  }

  Window pace() {
    return pace.next(services.timeline().now(), populationCount.get(), config.cohort().selectionCount());
  }

  private Optional<String> obstacle(DeviceId device, CheckIn checkIn) {
    if (closing) {
      return Optional.of("shutting-down");
    }
    if (status != TaskStatus.RUNNING) {
      return Optional.of(status == TaskStatus.PAUSED ? "paused" : "finished");
    }
    var lack = eligibility.lack(checkIn);
    if (lack.isPresent()) {
      return lack;
    }
    long number = selecting == null ? attemptCount + 1 : selecting.runner().id().number();
    if (participations.restsInRound(device, number)
        || participations.restsFor(device, services.timeline().now()).isPositive()) {
      return Optional.of("too-soon");
    }
    if (selecting == null && !mayOpen()) {
      return Optional.of("last-round-reporting");
    }
    return selecting != null && selecting.runner().decided() instanceof Enrolling e
            && e.enrolled().size() >= config.cohort().selectionCount()
        ? Optional.of("cohort-full")
        : Optional.empty();
  }

  /** No round is opened that would not be needed if the one that reports succeeds. */
  private boolean mayOpen() {
    long needed = config.until().rounds().orElse(Long.MAX_VALUE);
    return nextBase.get().isPresent() && publishedCount + (reporting == null ? 0 : 1) < needed;
  }

  private LiveRound open(RoundId id) {
    attemptCount = id.number();
    var cohort = config.cohort();
    var plan = new RoundPlan(
        id,
        config.kind(),
        ProtocolKind.PLAIN,
        cohort.target(),
        cohort.minimum(),
        cohort.selectionCount(),
        config.deadlines().selection(),
        config.deadlines().reporting(),
        Optional.empty());
    var runner = new RoundRunner(plan, work, services, lane, this);
    var round = new LiveRound(
        runner, new RoundUploads(runner, lane, this::receiptWindow), new RoundAnswers(runner));
    rounds.put(plan.round(), round);
    selecting = round;
    runner.open();
    if (reporting == null) {
      fixBase(runner);
    }
    return round;
  }

  private void fixBase(RoundRunner round) {
    nextBase.get().ifPresent(round::fixBase);
  }

  private void tellIfIdle() {
    if (closing && live().isEmpty()) {
      whenIdle.run();
    }
  }

  /** After a round, an evaluation, or a start: whether the task has reached what it runs for. */
  void finishIfDone() {
    if (status != TaskStatus.RUNNING) {
      return;
    }
    var latest = nextBase.get();
    if (config.until().rounds().filter(rounds -> publishedCount >= rounds).isPresent()) {
      finish(publishedCount + " rounds published");
    } else if (config.until().targetMetric()
        .filter(target -> latest.filter(version -> TargetCheck.isMet(target, version)).isPresent())
        .isPresent()) {
      finish("target metric reached");
    }
  }

  private void finish(String why) {
    setStatus(TaskStatus.FINISHED, why);
    cancelSelecting(AbandonReason.TASK_FINISHED, why);
  }

  private void setStatus(TaskStatus next, String why) {
    status = next;
    reason = why;
    LOG.info("task {} {}: {}", config.name(), next, why);
    services
        .tasks()
        .setStatus(config.name(), next, why, services.timeline().now())
        .onFailure(failure -> LOG.error("status {} of task {} was not saved", next, config.name(), failure));
  }

  private void cancelSelecting(AbandonReason because, String detail) {
    if (selecting != null) {
      selecting.runner().on(new RoundEvent.RoundCancelled(services.timeline().now(), because, detail));
    }
  }

  private List<LiveRound> live() {
    return rounds.values().stream()
        .filter(round -> !(round.runner().durable() instanceof Terminal))
        .toList();
  }

  private void forgetOldRounds() {
    var ids = List.copyOf(rounds.keySet());
    for (var id : ids.subList(0, Math.max(0, ids.size() - REMEMBERED_ROUND_COUNT))) {
      rounds.computeIfPresent(id, (key, round) -> round.runner().durable() instanceof Terminal ? null : round);
    }
  }

  private CheckInAnswer assigned(RoundRunner round) {
    var latestEnd = config.deadlines().selection().plus(config.deadlines().reporting().multipliedBy(2));
    return new CheckInAnswer.Assigned(round.id(), Math.min(latestEnd.toMillis(), CheckInAnswer.MAXIMUM_MILLIS));
  }

  private CheckInAnswer comeBack(DeviceId device, String why) {
    return switch (why) {
      case "sdk-too-old", "too-few-examples", "attributes-differ", "no-runtime-for-model", "finished" ->
          comeBack(Window.around(PERMANENT.compareTo(pace.ceiling()) < 0 ? PERMANENT : pace.ceiling()), why);
      case "too-soon" ->
          comeBack(pace().notBefore(participations.restsFor(device, services.timeline().now())), why);
      default -> comeBack(pace(), why);
    };
  }

  static CheckInAnswer comeBack(Window window, String why) {
    return new CheckInAnswer.ComeBack(millis(window.min()), millis(window.max()), why);
  }

  private RoundUploads.UploadReceiptWindow receiptWindow() {
    var window = pace().notBefore(config.separation().time());
    return new RoundUploads.UploadReceiptWindow(millis(window.min()), millis(window.max()));
  }

  private static long millis(Duration duration) {
    return Math.min(duration.toMillis(), CheckInAnswer.MAXIMUM_MILLIS);
  }
}
