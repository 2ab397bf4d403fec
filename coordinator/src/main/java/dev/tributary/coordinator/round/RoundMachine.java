package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.Transition.accepted;
import static dev.tributary.coordinator.round.Transition.discarded;
import static dev.tributary.coordinator.round.Transition.rejected;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.coordinator.round.RoundEffect.DiscardSum;
import dev.tributary.coordinator.round.RoundEffect.NotifyDevices;
import dev.tributary.coordinator.round.RoundEffect.PublishVersion;
import dev.tributary.coordinator.round.RoundEffect.ReleaseDevices;
import dev.tributary.coordinator.round.RoundEffect.SetDeadline;
import dev.tributary.coordinator.round.RoundEvent.BaseFixed;
import dev.tributary.coordinator.round.RoundEvent.DeadlinePassed;
import dev.tributary.coordinator.round.RoundEvent.DefectFound;
import dev.tributary.coordinator.round.RoundEvent.DeviceDropped;
import dev.tributary.coordinator.round.RoundEvent.DeviceEnrolled;
import dev.tributary.coordinator.round.RoundEvent.KeysAdvertised;
import dev.tributary.coordinator.round.RoundEvent.KeysShared;
import dev.tributary.coordinator.round.RoundEvent.ModelOptimized;
import dev.tributary.coordinator.round.RoundEvent.RoundCancelled;
import dev.tributary.coordinator.round.RoundEvent.RoundOpened;
import dev.tributary.coordinator.round.RoundEvent.RoundPlanned;
import dev.tributary.coordinator.round.RoundEvent.SumUnmasked;
import dev.tributary.coordinator.round.RoundEvent.SurvivorsConfirmed;
import dev.tributary.coordinator.round.RoundEvent.UploadsCounted;
import dev.tributary.coordinator.round.RoundEvent.VersionPublished;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Live;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.Revocable;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.plan.RoundPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules of a round: a pure function from a state and an event to the next state, effects and a
 * reason. No clock, no I/O, no randomness, so replaying a journal gives the state that wrote it.
 * One method for each state.
 *
 * <p>A protocol with keys differs from Plain only in the plan: with {@link
 * RoundPlan#secureAggregation()} the round passes through {@code AdvertisingKeys} and {@code
 * SharingKeys}, and, where that is wanted, {@code Confirming}; and {@code Unmasking} has a deadline
 * for the shares that open the sum. Plain's {@code Unmasking} is over as soon as its effect has
 * run.
 */
public final class RoundMachine {
  private RoundMachine() {}

  /** The state after the first event of a journal. */
  public static RoundState begin(RoundPlanned event) {
    return new Planned(event.plan());
  }

  /** Total: every state answers every event, the terminal ones by discarding it. */
  public static Transition on(RoundState state, RoundEvent event) {
    if (state instanceof Terminal) {
      return discarded(state, "the round has ended");
    }
    if (event instanceof DefectFound e) {
      return failed((Live) state, e);
    }
    if (event instanceof RoundCancelled e) {
      return state instanceof Revocable revocable
          ? abandoned(revocable, e.at(), e.because(), e.detail())
          : discarded(state, "the sum is open already: the round finishes");
    }
    return switch (state) {
      case Planned s -> onPlanned(s, event);
      case Enrolling s -> onEnrolling(s, event);
      case AdvertisingKeys s -> KeyRules.on(s, event);
      case SharingKeys s -> KeyRules.on(s, event);
      case Collecting s -> CollectingRules.on(s, event);
      case Confirming s -> UnmaskingRules.on(s, event);
      case Unmasking s -> UnmaskingRules.on(s, event);
      case Optimizing s -> onOptimizing(s, event);
      case Publishing s -> onPublishing(s, event);
      case Terminal s -> discarded(s, "the round has ended");
    };
  }

  /**
   * What has to be done, once its sums and sessions are back, for a round that a process left in
   * this state to go on. Pure: the deadlines are those that were set then.
   */
  public static List<RoundEffect> resumed(Live state) {
    return switch (state) {
      case Planned s -> List.of();
      case Enrolling s when s.deadlinePassed() -> List.of();
      case Enrolling s -> List.of(new SetDeadline(Phase.SELECTION, s.deadline()));
      case AdvertisingKeys s -> List.of(new SetDeadline(Phase.ADVERTISING, s.deadline()));
      case SharingKeys s -> List.of(new SetDeadline(Phase.SHARING, s.deadline()));
      case Collecting s -> List.of(new SetDeadline(Phase.REPORTING, s.deadline()));
      case Confirming s -> List.of(new SetDeadline(Phase.CONFIRMING, s.deadline()));
      case Unmasking s ->
          s.deadline()
              .<List<RoundEffect>>map(
                  deadline ->
                      List.of(
                          new SetDeadline(Phase.UNMASKING, deadline),
                          new RoundEffect.UnmaskSum(s.survivors().keySet())))
              .orElseGet(() -> List.of(new RoundEffect.UnmaskSum(s.survivors().keySet())));
      case Optimizing s -> List.of(new RoundEffect.OptimizeModel());
      case Publishing s -> List.of(new RoundEffect.OptimizeModel());
    };
  }

  private static Transition onPlanned(Planned state, RoundEvent event) {
    if (event instanceof RoundOpened e) {
      var next = state.toEnrolling(e.at());
      return accepted(next, "open for devices", new SetDeadline(Phase.SELECTION, next.deadline()));
    }
    return misplaced(state, event);
  }

  private static Transition onEnrolling(Enrolling state, RoundEvent event) {
    return switch (event) {
      case DeviceEnrolled e when state.enrolled().contains(e.device()) ->
          discarded(state, "enrolled already");
      case DeviceEnrolled e when state.isFull() ->
          rejected(
              state,
              RejectReason.ROUND_CLOSED,
              "the cohort of " + state.plan().selectionCount() + " is full");
      case DeviceEnrolled e -> {
        var next = state.with(e.device());
        yield startIfReady(next, e.at(), "device " + next.enrolled().size() + " enrolled");
      }
      case DeviceDropped e when !state.enrolled().contains(e.device()) ->
          notInRound(state, e.device());
      case DeviceDropped e ->
          accepted(state.without(e.device()), "a device left: " + e.cause(), release(e.device()));
      case BaseFixed e when state.base().isPresent() ->
          discarded(state, "the base is fixed already");
      case BaseFixed e -> startIfReady(state.on(e.base()), e.at(), "base model fixed");
      case DeadlinePassed e when e.phase() != Phase.SELECTION || state.deadlinePassed() ->
          lateTimer(state, e);
      case DeadlinePassed e ->
          startIfReady(state.pastDeadline(), e.at(), "selection deadline passed");
      case RoundPlanned _,
          RoundOpened _,
          KeysAdvertised _,
          KeysShared _,
          SurvivorsConfirmed _,
          UploadsCounted _,
          SumUnmasked _,
          ModelOptimized _,
          VersionPublished _,
          RoundCancelled _,
          DefectFound _ ->
          misplaced(state, event);
    };
  }

  /** Starts once the base is known and the cohort is full, or its deadline has passed. */
  private static Transition startIfReady(Enrolling state, Instant at, String reason) {
    if (state.base().isEmpty() || !(state.isFull() || state.deadlinePassed())) {
      return accepted(state, reason);
    }
    int enrolledCount = state.enrolled().size();
    int minimumCount = state.plan().minimumCount();
    if (enrolledCount < minimumCount) {
      return abandoned(
          state,
          at,
          AbandonReason.TOO_FEW_DEVICES,
          enrolledCount + " of at least " + minimumCount + " devices came");
    }
    ModelDigest base = state.base().get();
    String started = reason + "; the cohort has " + enrolledCount + " devices";
    if (state.plan().secureAggregation().isPresent()) {
      return KeyRules.begin(
          state.toAdvertisingKeys(at, base, state.plan().secureAggregation().get()), started);
    }
    return collecting(state.toCollecting(at, base), started);
  }

  static Transition collecting(Collecting next, String reason) {
    return accepted(
        next, reason, new SetDeadline(Phase.REPORTING, next.deadline()), new NotifyDevices());
  }

  private static Transition onOptimizing(Optimizing state, RoundEvent event) {
    return event instanceof ModelOptimized e
        ? accepted(state.toPublishing(e.result()), "result computed", new PublishVersion())
        : afterClose(state, event);
  }

  private static Transition onPublishing(Publishing state, RoundEvent event) {
    return event instanceof VersionPublished e
        ? accepted(
            state.toPublished(e.at()),
            "published",
            new DiscardSum(),
            new NotifyDevices(),
            everybody(state))
        : afterClose(state, event);
  }

  private static Transition afterClose(Live state, RoundEvent event) {
    return switch (event) {
      case UploadsCounted e ->
          rejected(state, RejectReason.ROUND_CLOSED, "the survivors are frozen");
      case DeviceDropped e -> discarded(state, "the round is closed");
      case DeadlinePassed e -> lateTimer(state, e);
      case RoundPlanned _,
          RoundOpened _,
          BaseFixed _,
          DeviceEnrolled _,
          KeysAdvertised _,
          KeysShared _,
          SurvivorsConfirmed _,
          SumUnmasked _,
          ModelOptimized _,
          VersionPublished _,
          RoundCancelled _,
          DefectFound _ ->
          misplaced(state, event);
    };
  }

  static Transition abandoned(Revocable state, Instant at, AbandonReason because, String detail) {
    return accepted(
        state.toAbandoned(at, because, detail),
        because.code() + ": " + detail,
        new DiscardSum(),
        new NotifyDevices(),
        everybody(state));
  }

  private static Transition failed(Live state, DefectFound event) {
    return accepted(
        state.toFailed(event.at(), event.cause()),
        "failed: " + event.cause(),
        new DiscardSum(),
        new NotifyDevices(),
        everybody(state));
  }

  private static RoundEffect release(DeviceId device) {
    return new ReleaseDevices(Set.of(device));
  }

  private static RoundEffect everybody(Live state) {
    return new ReleaseDevices(
        switch (state) {
          case Planned s -> Set.of();
          case Enrolling s -> s.enrolled();
          case AdvertisingKeys s -> s.cohort();
          case SharingKeys s -> s.cohort();
          case Collecting s -> s.cohort();
          case Confirming s -> s.survivors().keySet();
          case Unmasking s -> s.survivors().keySet();
          case Optimizing s -> s.survivors().keySet();
          case Publishing s -> s.survivors().keySet();
        });
  }

  static Transition releasing(Transition step, Set<DeviceId> devices) {
    var effects = new ArrayList<>(step.effects());
    effects.add(new ReleaseDevices(devices));
    return new Transition(step.next(), step.verdict(), List.copyOf(effects), step.reason());
  }

  static Transition notInRound(RoundState state, DeviceId device) {
    return rejected(state, RejectReason.NOT_IN_ROUND, "device " + device + " is not in the cohort");
  }

  static Transition lateTimer(RoundState state, DeadlinePassed event) {
    return discarded(state, "the deadline of " + event.phase() + " no longer matters");
  }

  /** Sent by our own side or by a device that is out of step: refused without a change. */
  static Transition misplaced(RoundState state, RoundEvent event) {
    return rejected(
        state,
        RejectReason.ROUND_CLOSED,
        event.getClass().getSimpleName() + " has no place in " + state.getClass().getSimpleName());
  }
}
