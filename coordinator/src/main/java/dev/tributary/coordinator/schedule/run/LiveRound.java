package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.ledger.ResumedRound;
import dev.tributary.coordinator.schedule.live.RoundAnswers;
import dev.tributary.coordinator.schedule.live.RoundRunner;
import dev.tributary.coordinator.schedule.live.RoundUploads;
import dev.tributary.coordinator.schedule.live.SessionRequests;
import dev.tributary.coordinator.schedule.work.RoundWork;
import dev.tributary.coordinator.schedule.work.Services;
import java.util.concurrent.Executor;

/** A round and those who speak for it. Touched only by the lane of its task. */
record LiveRound(
    RoundRunner runner, RoundUploads uploads, RoundAnswers answers, SessionRequests sessions) {

  /** A round as its task wants it; not open yet. */
  static LiveRound of(
      TaskConfig config,
      RoundId id,
      RoundWork work,
      Services services,
      Executor lane,
      RoundRunner.Owner owner,
      TaskGate gate) {
    var cohort = config.cohort();
    var plan =
        new RoundPlan(
            id,
            config.kind(),
            config.protocol(),
            cohort.target(),
            cohort.minimum(),
            cohort.selectionCount(),
            config.deadlines().selection(),
            config.deadlines().reporting(),
            config.secureAggregation());
    return of(new RoundRunner(plan, work, services, lane, owner), services, lane, gate);
  }

  /** A round that another process left; it goes on. */
  static LiveRound resumed(
      ResumedRound resumed,
      RoundWork work,
      Services services,
      Executor lane,
      RoundRunner.Owner owner,
      TaskGate gate) {
    var runner = new RoundRunner(resumed.history().planned(), work, services, lane, owner);
    var round = of(runner, services, lane, gate);
    round.uploads().restore(resumed.history().counted().values(), resumed.checkpoints());
    runner.resume(resumed);
    return round;
  }

  private static LiveRound of(RoundRunner runner, Services services, Executor lane, TaskGate gate) {
    return new LiveRound(
        runner,
        new RoundUploads(runner, services, lane, gate::receipt),
        new RoundAnswers(runner),
        new SessionRequests(runner));
  }

  /** Whether the device has a place in the round and still owes its update. */
  boolean awaits(DeviceId device) {
    return !uploads.has(device)
        && switch (runner.durable()) {
          case Enrolling s -> s.enrolled().contains(device);
          case AdvertisingKeys s -> s.cohort().contains(device);
          case SharingKeys s -> s.cohort().contains(device);
          case Collecting s -> s.cohort().contains(device) && !s.dropped().contains(device);
          case Planned _, Confirming _, Unmasking _, Optimizing _, Publishing _, Terminal _ ->
              false;
        };
  }
}
