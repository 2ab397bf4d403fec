package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.Timeline;
import dev.tributary.coordinator.schedule.check.EligibilityCheck;
import dev.tributary.coordinator.schedule.pace.Arrivals;
import dev.tributary.coordinator.schedule.pace.PaceSteering;
import dev.tributary.coordinator.schedule.pace.Participations;
import dev.tributary.coordinator.schedule.pace.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which devices a task takes, and when the others may come back. Touched only by the lane of its
 * task, but for {@link #pace} and {@link #receipt}.
 */
final class TaskGate {
  private static final Duration PERMANENT = Duration.ofHours(4); // for what an hour will not change

  private final TaskConfig config;
  private final EligibilityCheck eligibility;
  private final Participations participations;
  private final Timeline timeline;
  private final Supplier<Arrivals> arrivals;
  private final PaceSteering pace;

  TaskGate(
      TaskConfig config,
      EligibilityCheck eligibility,
      Participations participations,
      Timeline timeline,
      Supplier<Arrivals> arrivals) {
    this.config = config;
    this.eligibility = eligibility;
    this.participations = participations;
    this.timeline = timeline;
    this.arrivals = arrivals;
    var p = config.pace();
    this.pace = new PaceSteering(p.floor(), p.ceiling(), p.slot(), p.smallPopulation());
  }

  /** Why this device cannot be in the round of this number; empty when it can. */
  Optional<String> obstacle(DeviceId device, CheckIn checkIn, long roundNumber) {
    var lack = eligibility.lack(checkIn);
    if (lack.isPresent()) {
      return lack;
    }
    boolean rests =
        participations.restsInRound(device, roundNumber)
            || participations.restsFor(device, timeline.now()).isPositive();
    return rests ? Optional.of("too-soon") : Optional.empty();
  }

  void counted(DeviceId device, long roundNumber, Instant at) {
    participations.counted(device, roundNumber, at);
  }

  /** When the next check-in of some device would help. Safe on any thread. */
  Window pace() {
    return pace.next(timeline.now(), arrivals.get(), config.cohort().selectionCount());
  }

  /** A place in a round, good for as long as that round and the one before it may take. */
  CheckInAnswer place(RoundId round) {
    var latestEnd =
        config.deadlines().selection().plus(config.deadlines().reporting().multipliedBy(2));
    return new CheckInAnswer.Assigned(round, Math.max(1, millis(latestEnd)));
  }

  CheckInAnswer comeBack(DeviceId device, String why) {
    return switch (why) {
      case "sdk-too-old",
          "too-few-examples",
          "attributes-differ",
          "no-runtime-for-model",
          "finished" ->
          comeBack(
              Window.around(PERMANENT.compareTo(pace.ceiling()) < 0 ? PERMANENT : pace.ceiling()),
              why);
      case "too-soon" ->
          comeBack(pace().notBefore(participations.restsFor(device, timeline.now())), why);
      default -> comeBack(pace(), why);
    };
  }

  static CheckInAnswer comeBack(Window window, String why) {
    return new CheckInAnswer.ComeBack(millis(window.min()), millis(window.max()), why);
  }

  /** For an upload that is counted: when its device may come again. Safe on any thread. */
  UploadReceipt receipt(UploadId upload) {
    var window = pace().notBefore(config.separation().time());
    return new UploadReceipt(upload, true, millis(window.min()), millis(window.max()));
  }

  private static long millis(Duration duration) {
    return Math.min(duration.toMillis(), CheckInAnswer.MAXIMUM_MILLIS);
  }
}
