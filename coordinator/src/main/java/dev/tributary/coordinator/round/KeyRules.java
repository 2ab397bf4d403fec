package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.Transition.accepted;
import static dev.tributary.coordinator.round.Transition.discarded;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.coordinator.round.RoundEffect.BeginSessions;
import dev.tributary.coordinator.round.RoundEffect.CloseRosters;
import dev.tributary.coordinator.round.RoundEffect.CloseShares;
import dev.tributary.coordinator.round.RoundEffect.NotifyDevices;
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
import dev.tributary.coordinator.round.RoundState.Revocable;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of {@code AdvertisingKeys} and {@code SharingKeys}: each is over when nobody is awaited
 * any more or its deadline passes, and goes on with those who came, in shards that are still large
 * enough.
 */
final class KeyRules {
  private KeyRules() {}

  static Transition begin(AdvertisingKeys next, String reason) {
    return accepted(
        next,
        reason,
        new SetDeadline(Phase.ADVERTISING, next.deadline()),
        new BeginSessions(next.shards()),
        new NotifyDevices());
  }

  static Transition on(AdvertisingKeys state, RoundEvent event) {
    return switch (event) {
      case KeysAdvertised e when !state.cohort().contains(e.device()) ->
          RoundMachine.notInRound(state, e.device());
      case KeysAdvertised e when state.advertised().contains(e.device()) ->
          discarded(state, "advertised already");
      case KeysAdvertised e -> {
        var next = state.with(e.device());
        yield closeIfDecided(next, e.at(), false, next.advertised().size() + " advertised keys");
      }
      case DeviceDropped e when !state.cohort().contains(e.device()) ->
          RoundMachine.notInRound(state, e.device());
      case DeviceDropped e ->
          RoundMachine.releasing(
              closeIfDecided(
                  state.without(e.device()), e.at(), false, "a device left: " + e.cause()),
              Set.of(e.device()));
      case DeadlinePassed e when e.phase() != Phase.ADVERTISING -> RoundMachine.lateTimer(state, e);
      case DeadlinePassed e ->
          closeIfDecided(state, e.at(), true, "deadline for advertising keys passed");
      case RoundPlanned _,
          RoundOpened _,
          BaseFixed _,
          DeviceEnrolled _,
          KeysShared _,
          UploadsCounted _,
          SurvivorsConfirmed _,
          SumUnmasked _,
          ModelOptimized _,
          VersionPublished _,
          RoundCancelled _,
          DefectFound _ ->
          RoundMachine.misplaced(state, event);
    };
  }

  static Transition on(SharingKeys state, RoundEvent event) {
    return switch (event) {
      case KeysShared e when !state.cohort().contains(e.device()) ->
          RoundMachine.notInRound(state, e.device());
      case KeysShared e when state.shared().contains(e.device()) ->
          discarded(state, "shared already");
      case KeysShared e -> {
        var next = state.with(e.device());
        yield closeIfDecided(next, e.at(), false, next.shared().size() + " shared keys");
      }
      case DeviceDropped e when !state.cohort().contains(e.device()) ->
          RoundMachine.notInRound(state, e.device());
      case DeviceDropped e ->
          RoundMachine.releasing(
              closeIfDecided(
                  state.without(e.device()), e.at(), false, "a device left: " + e.cause()),
              Set.of(e.device()));
      case DeadlinePassed e when e.phase() != Phase.SHARING -> RoundMachine.lateTimer(state, e);
      case DeadlinePassed e ->
          closeIfDecided(state, e.at(), true, "deadline for sharing keys passed");
      case RoundPlanned _,
          RoundOpened _,
          BaseFixed _,
          DeviceEnrolled _,
          KeysAdvertised _,
          UploadsCounted _,
          SurvivorsConfirmed _,
          SumUnmasked _,
          ModelOptimized _,
          VersionPublished _,
          RoundCancelled _,
          DefectFound _ ->
          RoundMachine.misplaced(state, event);
    };
  }

  private static Transition closeIfDecided(
      AdvertisingKeys state, Instant at, boolean deadlinePassed, String reason) {
    var possible = deadlinePassed ? state.advertised() : state.cohort();
    if (possible.size() < state.plan().minimumCount()) {
      return tooFew(state, at, possible.size(), "can advertise keys");
    }
    if (state.advertised().size() < possible.size()) {
      return accepted(state, reason);
    }
    var secure = state.plan().secureAggregation().orElseThrow();
    var next = state.toSharingKeys(at, secure);
    if (next.cohort().size() < state.plan().minimumCount()) {
      return tooFew(state, at, next.cohort().size(), "are in rosters large enough to mask");
    }
    return leavingOut(
        accepted(
            next,
            reason + "; " + next.cohort().size() + " are in rosters",
            new SetDeadline(Phase.SHARING, next.deadline()),
            new CloseRosters(next.cohort()),
            new NotifyDevices()),
        state.cohort(),
        next.cohort());
  }

  private static Transition closeIfDecided(
      SharingKeys state, Instant at, boolean deadlinePassed, String reason) {
    var possible = state.shards().strong(deadlinePassed ? state.shared() : state.cohort());
    if (possible.size() < state.plan().minimumCount()) {
      return tooFew(state, at, possible.size(), "can share keys");
    }
    if (!deadlinePassed && state.shared().size() < state.cohort().size()) {
      return accepted(state, reason);
    }
    var next = state.toCollecting(at);
    var step = RoundMachine.collecting(next, reason + "; uploads of " + next.cohort().size());
    var effects = new ArrayList<RoundEffect>(List.of(new CloseShares(next.cohort())));
    effects.addAll(step.effects());
    return leavingOut(
        new Transition(next, step.verdict(), effects, step.reason()),
        state.cohort(),
        next.cohort());
  }

  private static Transition tooFew(Revocable state, Instant at, int count, String what) {
    return RoundMachine.abandoned(
        state,
        at,
        AbandonReason.TOO_FEW_KEYS,
        count + " of at least " + state.plan().minimumCount() + " devices " + what);
  }

  /** Who does not go on is free. */
  private static Transition leavingOut(
      Transition step, Collection<DeviceId> before, Collection<DeviceId> after) {
    var out = new HashSet<>(before);
    out.removeAll(after);
    return out.isEmpty() ? step : RoundMachine.releasing(step, out);
  }
}
