package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.schedule.OperatorDesk.TaskView;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.ledger.ResumedRound;
import dev.tributary.coordinator.schedule.live.RoundRunner;
import dev.tributary.coordinator.schedule.work.RoundWork;
import dev.tributary.coordinator.schedule.work.SerialLane;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.TaskStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One task being run: at most one round reports while the next one selects its devices. A round is
 * opened by the first eligible device, so an idle task makes no rounds. Touched only by its own
 * lane.
 */
final class TaskRunner implements RoundRunner.Owner {
  private static final int REMEMBERED_ROUND_COUNT = 16;

  private final TaskConfig config;
  private final RoundWork work;
  private final TaskGate gate;
  private final TaskStanding standing;
  private final Services services;
  private final SerialLane lane;
  private final Supplier<Optional<ModelVersion>> nextBase;
  private final Consumer<ModelVersion> published;
  private final Map<RoundId, LiveRound> rounds = new LinkedHashMap<>();
  private @Nullable LiveRound reporting;
  private @Nullable LiveRound selecting;
  private boolean closing;
  private Runnable whenIdle = () -> {};

  /**
   * A runner.
   *
   * @param nextBase the version that a round would start from now
   * @param published told on this lane what the newest version is after a round
   */
  TaskRunner(
      TaskConfig config,
      RoundWork work,
      TaskGate gate,
      TaskStanding standing,
      Services services,
      Supplier<Optional<ModelVersion>> nextBase,
      Consumer<ModelVersion> published) {
    this.config = config;
    this.work = work;
    this.gate = gate;
    this.services = services;
    this.nextBase = nextBase;
    this.published = published;
    this.standing = standing;
    this.lane = new SerialLane("task " + config.name(), services.lanes());
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

  RoundWork work() {
    return work;
  }

  /**
   * Takes up a round that another process left, the one that reports first; devices are engaged.
   */
  void resume(ResumedRound resumed) {
    var round = LiveRound.resumed(resumed, work, services, lane, this, gate);
    rounds.put(resumed.history().round(), round);
    if (!isSelecting(resumed.history().state())) {
      reporting = round;
      return;
    }
    selecting = round;
    if (standing.status() != TaskStatus.RUNNING) {
      cancelSelecting(AbandonReason.OPERATOR, "the task is " + standing.reason());
    } else if (reporting == null) {
      fixBase(round.runner());
    }
  }

  /** Gives the device a place, or says when to come back. The answer comes on this lane. */
  void offer(DeviceId device, CheckIn checkIn, Consumer<CheckInAnswer> answer) {
    Optional<String> obstacle = obstacle(device, checkIn);
    if (obstacle.isPresent()) {
      answer.accept(gate.comeBack(device, obstacle.get()));
      return;
    }
    var id =
        selecting == null
            ? new RoundId(config.name(), standing.attemptCount() + 1)
            : selecting.runner().id();
    if (!services.engagements().claim(device, id)) {
      answer.accept(gate.comeBack(device, "busy"));
      return;
    }
    LiveRound round = selecting == null ? open(id) : selecting;
    round
        .runner()
        .enrol(
            device,
            () -> answer.accept(gate.place(round.runner().id())),
            refusal -> {
              services.engagements().release(device, id);
              answer.accept(gate.comeBack(device, refusal.reason().code()));
            });
  }

  /**
   * The place that the device has already, when its answer was lost; otherwise the place is given
   * up.
   */
  void offerAgain(DeviceId device, RoundId id, Consumer<Optional<CheckInAnswer>> answer) {
    var round = rounds.get(id);
    if (round == null || round.runner().durable() instanceof Terminal) {
      services.engagements().release(device, id);
      answer.accept(Optional.empty());
    } else if (round.awaits(device)) {
      answer.accept(Optional.of(gate.place(round.runner().id())));
    } else {
      answer.accept(
          Optional.of(
              gate.comeBack(device, "busy"))); // what frees or binds it is on its way to the disk
    }
  }

  /** The device gave up. */
  void drop(DeviceId device, LiveRound round, String cause, Runnable done) {
    if (round.uploads().has(device)) {
      done.run();
      return;
    }
    round
        .runner()
        .on(
            new RoundEvent.DeviceDropped(services.timeline().now(), device, cause),
            done,
            refusal -> done.run());
  }

  /** What operators order of it. */
  TaskOrders orders() {
    return new TaskOrders(
        config,
        standing,
        lane,
        this::finishIfDone,
        () -> cancelSelecting(AbandonReason.OPERATOR, "the task was paused"),
        () -> live().isEmpty());
  }

  /**
   * Ends: no further round, none that still selects; {@code idle} runs, maybe more than once, when
   * none is left.
   */
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
      reporting
          .runner()
          .on(new RoundEvent.RoundCancelled(services.timeline().now(), because, detail));
    }
  }

  TaskView view(Optional<ModelVersion> latest) {
    var running = new ArrayList<RoundProgress>();
    for (var round : live()) {
      round.runner().settled().ifPresent(running::add);
    }
    return new TaskView(
        config,
        standing.status(),
        standing.reason(),
        standing.createdAt(),
        standing.changedAt(),
        standing.publishedCount(),
        standing.attemptCount(),
        latest,
        running);
  }

  @Override
  public void decided(RoundRunner round) {
    if (selecting != null && selecting.runner() == round && !isSelecting(round.decided())) {
      if (!(round.decided() instanceof Terminal)) {
        reporting = selecting; // its base was fixed, so nothing reports before it
      }
      selecting = null;
    }
  }

  @Override
  public void settled(RoundRunner round) {
    if (round.isLost()) {
      tellIfIdle();
    }
    if (!(round.durable() instanceof Terminal)) {
      return;
    }
    if (reporting != null && reporting.runner() == round) {
      reporting = null;
    }
    if (round.durable() instanceof Published p) {
      standing.published();
      p.survivors()
          .keySet()
          .forEach(device -> gate.counted(device, round.id().number(), p.endedAt()));
      round.publication().ifPresent(publication -> published.accept(publication.version()));
      finishIfDone();
    }
    forgetOldRounds();
    endIfOver();
    if (selecting != null && reporting == null) {
      fixBase(selecting.runner());
    }
    tellIfIdle();
  }

  private static boolean isSelecting(RoundState state) {
    return state instanceof Planned || state instanceof Enrolling;
  }

  TaskGate gate() {
    return gate;
  }

  private Optional<String> obstacle(DeviceId device, CheckIn checkIn) {
    if (closing) {
      return Optional.of("shutting-down");
    }
    if (!standing.isRunning()) {
      return Optional.of(standing.status() == TaskStatus.PAUSED ? "paused" : "finished");
    }
    long number =
        selecting == null ? standing.attemptCount() + 1 : selecting.runner().id().number();
    var obstacle = gate.obstacle(device, checkIn, number);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    if (selecting == null && !mayOpen()) {
      return Optional.of("last-round-reporting");
    }
    return selecting != null
            && selecting.runner().decided() instanceof Enrolling e
            && e.enrolled().size() >= config.cohort().selectionCount()
        ? Optional.of("cohort-full")
        : Optional.empty();
  }

  /** No round is opened that would not be needed if the one that reports succeeds. */
  private boolean mayOpen() {
    return nextBase.get().isPresent() && standing.needsMoreThan(reporting == null ? 0 : 1);
  }

  private LiveRound open(RoundId id) {
    standing.attempted(id.number());
    var round = LiveRound.of(config, id, work, services, lane, this, gate);
    rounds.put(id, round);
    selecting = round;
    round.runner().open();
    if (reporting == null) {
      fixBase(round.runner());
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
    if (standing.isRunning()) {
      standing
          .reached(nextBase.get())
          .ifPresent(
              why -> {
                standing.set(TaskStatus.FINISHED, why);
                cancelSelecting(AbandonReason.TASK_FINISHED, why);
                endIfOver();
              });
    }
  }

  /** A finished task opens no round: after the last one nothing is computed any more. */
  private void endIfOver() {
    if (standing.status() == TaskStatus.FINISHED && live().isEmpty()) {
      services.workers().execute(work::end);
    }
  }

  private void cancelSelecting(AbandonReason because, String detail) {
    if (selecting != null) {
      selecting
          .runner()
          .on(new RoundEvent.RoundCancelled(services.timeline().now(), because, detail));
    }
  }

  private List<LiveRound> live() {
    return rounds.values().stream()
        .filter(round -> !(round.runner().durable() instanceof Terminal))
        .filter(round -> !round.runner().isLost())
        .toList();
  }

  private void forgetOldRounds() {
    var ids = List.copyOf(rounds.keySet());
    for (var id : ids.subList(0, Math.max(0, ids.size() - REMEMBERED_ROUND_COUNT))) {
      rounds.computeIfPresent(
          id, (key, round) -> round.runner().durable() instanceof Terminal ? null : round);
    }
  }
}
