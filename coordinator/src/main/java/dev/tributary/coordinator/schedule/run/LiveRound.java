package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.round.RoundPlan;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.live.RoundAnswers;
import dev.tributary.coordinator.schedule.live.RoundRunner;
import dev.tributary.coordinator.schedule.live.RoundUploads;
import dev.tributary.coordinator.schedule.work.RoundWork;
import dev.tributary.coordinator.schedule.work.Services;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A round and those who speak for it. Touched only by the lane of its task. */
record LiveRound(RoundRunner runner, RoundUploads uploads, RoundAnswers answers) {

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
            ProtocolKind.PLAIN,
            cohort.target(),
            cohort.minimum(),
            cohort.selectionCount(),
            config.deadlines().selection(),
            config.deadlines().reporting(),
            Optional.empty());
    var runner = new RoundRunner(plan, work, services, lane, owner);
    return new LiveRound(
        runner, new RoundUploads(runner, lane, gate::receipt), new RoundAnswers(runner));
  }

  /** Whether the device has a place in the round and still owes its update. */
  boolean awaits(DeviceId device) {
    return !uploads.has(device)
        && switch (runner.durable()) {
          case Enrolling s -> s.enrolled().contains(device);
          case Collecting s -> s.cohort().contains(device) && !s.dropped().contains(device);
          case Planned _, SharingKeys _, Unmasking _, Optimizing _, Publishing _, Terminal _ ->
              false;
        };
  }
}
