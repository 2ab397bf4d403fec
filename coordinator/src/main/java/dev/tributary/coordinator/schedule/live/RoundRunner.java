package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.fault.FailPoint;
import dev.tributary.coordinator.publish.ComputedResult;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.ledger.ResumedRound;
import dev.tributary.coordinator.schedule.ledger.RoundEntries;
import dev.tributary.coordinator.schedule.ledger.RoundViews;
import dev.tributary.coordinator.schedule.work.Publication;
import dev.tributary.coordinator.schedule.work.RoundWork;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.RoundJournal.Message;
import dev.tributary.coordinator.store.SqlWork;
import dev.tributary.coordinator.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round being run: decides with the {@link RoundMachine}, journals, and carries the effects out
 * once the event is on disk. Touched only by the lane of its task, which never blocks: while an
 * event is on its way to the disk, the next ones are decided on the state it leads to ({@code
 * decided}), but nobody outside is told anything that is not on disk yet ({@code durable}). Journal
 * futures complete in order, so effects run in the order of events.
 *
 * <p>If the journal refuses an event, everything decided after the last durable one never happened:
 * the round stops there, is refused to everybody, and ends as {@code Failed} as soon as that can be
 * written.
 */
public final class RoundRunner {
  private static final Logger LOG = LoggerFactory.getLogger(RoundRunner.class);
  private static final Duration STORE_RETRY = Duration.ofSeconds(5);

  /** Who is told when the round changes: its task. */
  public interface Owner {
    /** The state decided on has changed. */
    void decided(RoundRunner round);

    /** An event is on disk and its effects are done. */
    void settled(RoundRunner round);
  }

  private final RoundPlan plan;
  private final RoundWork work;
  private final Services services;
  private final Executor lane;
  private final Owner owner;
  private final Waiters waiters;
  private final RoundWorker worker;
  private final RoundSessions sessions;
  private final RoundEvent.RoundPlanned planned;
  private final Set<DeviceId> members = new HashSet<>();
  private RoundState decided;
  private RoundState durable;
  private RoundProgress progress; // of the state decided on
  private Optional<RoundProgress> settled = Optional.empty();
  private int nextSequence;
  private int settledCount;
  private boolean halted;
  private boolean lost;
  private Optional<ModelVersion> base = Optional.empty();
  private Optional<Publication> publication = Optional.empty();
  private final RoundDeadline deadline;
  private final RoundEffects effects;

  /** A new round. */
  public RoundRunner(
      RoundPlan plan, RoundWork work, Services services, Executor lane, Owner owner) {
    this(new RoundEvent.RoundPlanned(services.timeline().now(), plan), work, services, lane, owner);
  }

  /** A round of which the plan is known, and maybe a journal: see {@link #resume}. */
  public RoundRunner(
      RoundEvent.RoundPlanned planned,
      RoundWork work,
      Services services,
      Executor lane,
      Owner owner) {
    this.plan = planned.plan();
    this.work = work;
    this.services = services;
    this.lane = lane;
    this.owner = owner;
    this.waiters = new Waiters(services.timeline(), lane);
    this.deadline = new RoundDeadline(services.timeline(), lane, this::passDeadline);
    this.worker = new RoundWorker(this, services, lane);
    this.sessions = new RoundSessions(this, services, lane);
    this.effects = new RoundEffects(this, deadline, services.engagements());
    this.planned = planned;
    this.decided = RoundMachine.begin(planned);
    this.durable = decided;
    this.progress = RoundViews.planned(plan, planned.at());
  }

  /** Journals the plan and lets devices in. Once, first. */
  public void open() {
    append(planned, Optional.empty(), Transition.planned(decided), () -> {}, refusal -> {});
    on(new RoundEvent.RoundOpened(now()));
  }

  /** Goes on where another process left the round. Once, instead of {@link #open}. */
  public void resume(ResumedRound resumed) {
    var history = resumed.history();
    base = resumed.base();
    members.addAll(history.members());
    worker.restore(resumed);
    sessions.restore(resumed);
    decided = history.state();
    durable = decided;
    nextSequence = history.steps().size();
    settledCount = nextSequence;
    progress = history.progress();
    settled = Optional.of(progress);
    if (decided instanceof RoundState.Planned) {
      on(new RoundEvent.RoundOpened(now()));
    } else if (decided instanceof RoundState.Live live) {
      RoundMachine.resumed(live).forEach(effects::runAgain);
      sessions.restoreAnswers(resumed);
    }
  }

  public RoundId id() {
    return plan.round();
  }

  /** Whether nothing more can come of the round. */
  boolean isOver() {
    return halted || decided instanceof RoundState.Terminal;
  }

  public RoundPlan plan() {
    return plan;
  }

  public RoundWork work() {
    return work;
  }

  /** What decisions are made on. */
  public RoundState decided() {
    return decided;
  }

  /** Whether its journal is closed to this process. */
  public boolean isLost() {
    return lost;
  }

  /** What answers are made from. */
  public RoundState durable() {
    return durable;
  }

  /** What operators are told: of the newest event that is on disk; empty before the first is. */
  public Optional<RoundProgress> settled() {
    return settled;
  }

  /** Adds to the sum, opens it, computes from it. */
  RoundWorker worker() {
    return worker;
  }

  /** Exchanges keys, and opens the sums with them. */
  RoundSessions sessions() {
    return sessions;
  }

  Waiters waiters() {
    return waiters;
  }

  Optional<ModelVersion> base() {
    return base;
  }

  /** What the round added to the registry, once it is published. */
  public Optional<Publication> publication() {
    return publication;
  }

  boolean isMember(DeviceId device) {
    return members.contains(device);
  }

  Instant now() {
    return services.timeline().now();
  }

  /** Replaces what happens at a deadline: what is under way may have to be in first. */
  void onDeadline(Phase phase, Runnable action) {
    deadline.onReaching(phase, action);
  }

  /** The round starts from this version. */
  public void fixBase(ModelVersion version) {
    base = Optional.of(version);
    on(new RoundEvent.BaseFixed(now(), version.digest()));
  }

  public void enrol(DeviceId device, Runnable done, Consumer<RejectedException> refused) {
    on(
        new RoundEvent.DeviceEnrolled(now(), device),
        () -> {
          members.add(device);
          done.run();
        },
        refused);
  }

  void passDeadline(Phase phase) {
    on(new RoundEvent.DeadlinePassed(now(), phase));
  }

  void fail(String cause) {
    on(new RoundEvent.DefectFound(now(), cause));
  }

  /** An event that nobody waits for. */
  public void on(RoundEvent event) {
    on(event, () -> {}, refusal -> LOG.debug("{}: {}", id(), refusal.detail()));
  }

  /**
   * Decides on an event.
   *
   * @param done runs once the event is on disk, or at once when it changes nothing
   * @param refused runs when the state forbids it, or the disk does
   */
  public void on(RoundEvent event, Runnable done, Consumer<RejectedException> refused) {
    on(event, Optional.empty(), done, refused);
  }

  /**
   * Decides on an event that a message of a device brought, which the journal keeps with it.
   *
   * @see #on(RoundEvent, Runnable, Consumer)
   */
  void on(
      RoundEvent event,
      Optional<Message> message,
      Runnable done,
      Consumer<RejectedException> refused) {
    if (halted) {
      refused.accept(
          new RejectedException(
              RejectReason.STORAGE_FULL, "round " + id() + " cannot be journaled"));
      return;
    }
    Transition step = RoundMachine.on(decided, event);
    services.meters().event(event, step.verdict());
    switch (step.verdict()) {
      case Transition.Verdict.Accepted a -> {
        decided = step.next();
        append(event, message, step, done, refused);
        owner.decided(this);
      }
      case Transition.Verdict.Rejected r ->
          refused.accept(new RejectedException(r.reason(), step.reason()));
      case Transition.Verdict.Discarded d -> done.run();
    }
  }

  private void append(
      RoundEvent event,
      Optional<Message> message,
      Transition step,
      Runnable done,
      Consumer<RejectedException> refused) {
    progress =
        RoundViews.after(
            progress,
            decided,
            event.at(),
            step.reason(),
            worker.result().flatMap(ComputedResult::metrics));
    var told = progress;
    services
        .journal()
        .append(
            id(),
            nextSequence++,
            RoundEntries.entry(event),
            RoundViews.row(progress),
            RoundEntries.uploads(event),
            alongside(event, message))
        .onComplete(
            sequence -> lane.execute(() -> settle(step, told, done)),
            failure -> lane.execute(() -> halt(failure, refused)));
  }

  private void settle(Transition step, RoundProgress told, Runnable done) {
    FailPoint.reached(told.state());
    durable = step.next();
    settled = Optional.of(told);
    settledCount++;
    LOG.debug("{}: {} ({})", id(), told.state(), step.reason());
    services.feed().tell(told);
    step.effects().forEach(effects::run);
    done.run();
    if (told.ended()) {
      deadline.cancel();
      services.workers().execute(() -> services.ledger().discard(id()));
      services.meters().ended(told);
      LOG.info("round {} {}: {}", id(), told.state(), told.reason());
    }
    owner.settled(this);
  }

  void defect(String what, Throwable cause) {
    LOG.error("round {}: {}", id(), what, cause);
    fail(what + ": " + cause);
  }

  private void halt(Throwable failure, Consumer<RejectedException> refused) {
    refused.accept(RoundEntries.refusal(id(), failure));
    if (halted) {
      return;
    }
    LOG.error("round {} stops: its journal cannot be written", id(), failure);
    halted = true;
    deadline.cancel();
    retryToFail(failure);
  }

  /**
   * Ends the round from its last durable state as soon as the disk takes it; until then nothing
   * else happens to it.
   */
  private void retryToFail(Throwable failure) {
    if (failure instanceof StoreException e
        && (e.kind() == StoreException.Kind.CLOSED || e.kind() == StoreException.Kind.NOT_OWNER)) {
      lost = true; // not ours any more: whoever opens the state next ends it
      owner.settled(this);
      return;
    }
    deadline.setAlarm(now().plus(STORE_RETRY), () -> tryToFail(failure));
  }

  private void tryToFail(Throwable failure) {
    if (durable instanceof RoundState.Terminal) {
      return;
    }
    decided = durable;
    progress = settled.orElseGet(() -> RoundViews.planned(plan, planned.at()));
    publication = Optional.empty();
    nextSequence = settledCount;
    var event =
        new RoundEvent.DefectFound(
            now(), "the journal could not be written: " + failure.getMessage());
    Transition step = RoundMachine.on(decided, event);
    decided = step.next();
    append(event, Optional.empty(), step, () -> {}, refusal -> retryToFail(failure));
    owner.decided(this);
  }

  private SqlWork<?> alongside(RoundEvent event, Optional<Message> message) {
    if (event instanceof RoundEvent.VersionPublished) {
      publication =
          base.flatMap(
              from ->
                  worker.result().map(result -> work.publication(plan, from, result, event.at())));
    }
    return RoundEffects.alongside(event, decided, plan, message, publication, services.journal());
  }

  /** The result is computed and its file is on disk. */
  void computed(ComputedResult result) {
    if (!(decided instanceof RoundState.Publishing s)) {
      on(new RoundEvent.ModelOptimized(now(), result.digest()));
    } else if (s.result().equals(result.digest())) { // computed again after a restart
      on(new RoundEvent.VersionPublished(now()));
    } else {
      fail("the same sum gave " + result.digest() + " now and " + s.result() + " before a restart");
    }
  }
}
