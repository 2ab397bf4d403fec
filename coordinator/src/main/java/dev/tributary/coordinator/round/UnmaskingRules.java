package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.Transition.accepted;
import static dev.tributary.coordinator.round.Transition.discarded;
import static dev.tributary.coordinator.round.Transition.rejected;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.coordinator.round.RoundEffect.NotifyDevices;
import dev.tributary.coordinator.round.RoundEffect.OptimizeModel;
import dev.tributary.coordinator.round.RoundEffect.ReleaseDevices;
import dev.tributary.coordinator.round.RoundEffect.SetDeadline;
import dev.tributary.coordinator.round.RoundEffect.UnmaskSum;
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
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The rules of {@code Confirming} and {@code Unmasking}: the survivors are frozen, and the only
 * question left is which shards can be opened.
 */
final class UnmaskingRules {
  private UnmaskingRules() {}

  static Transition on(Confirming state, RoundEvent event) {
    return switch (event) {
      case SurvivorsConfirmed e when !isOfSurvivors(state, e.shard()) ->
          discarded(state, "shard " + e.shard() + " is not in the round any more");
      case SurvivorsConfirmed e when state.confirmed().contains(e.shard()) ->
          discarded(state, "confirmed already");
      case SurvivorsConfirmed e ->
          unmaskIfDecided(
              state.with(e.shard()), e.at(), false, "shard " + e.shard() + " confirmed");
      case UploadsCounted e ->
          rejected(state, RejectReason.ROUND_CLOSED, "the survivors are frozen");
      case DeviceDropped e ->
          discarded(state, "its update is in the sum or the round is closed to it");
      case DeadlinePassed e when e.phase() != Phase.CONFIRMING -> RoundMachine.lateTimer(state, e);
      case DeadlinePassed e ->
          unmaskIfDecided(state, e.at(), true, "deadline for confirming passed");
      case RoundPlanned _,
          RoundOpened _,
          BaseFixed _,
          DeviceEnrolled _,
          KeysAdvertised _,
          KeysShared _,
          SumUnmasked _,
          ModelOptimized _,
          VersionPublished _,
          RoundCancelled _,
          DefectFound _ ->
          RoundMachine.misplaced(state, event);
    };
  }

  static Transition on(Unmasking state, RoundEvent event) {
    return switch (event) {
      case SumUnmasked e -> unmasked(state, e);
      case UploadsCounted e ->
          rejected(state, RejectReason.ROUND_CLOSED, "the survivors are frozen");
      case DeviceDropped e ->
          discarded(state, "its update is in the sum or the round is closed to it");
      case SurvivorsConfirmed e -> discarded(state, "the survivors are confirmed already");
      case DeadlinePassed e when e.phase() == Phase.UNMASKING ->
          RoundMachine.abandoned(
              state,
              e.at(),
              AbandonReason.UNMASKING_TIMED_OUT,
              "too few shares came to open the sum");
      case DeadlinePassed e -> RoundMachine.lateTimer(state, e);
      case RoundPlanned _,
          RoundOpened _,
          BaseFixed _,
          DeviceEnrolled _,
          KeysAdvertised _,
          KeysShared _,
          ModelOptimized _,
          VersionPublished _,
          RoundCancelled _,
          DefectFound _ ->
          RoundMachine.misplaced(state, event);
    };
  }

  /** From {@code Collecting} or {@code Confirming} on, with those whose shards are not in. */
  static Transition unmasking(Unmasking next, String reason, Set<DeviceId> leftOut) {
    var effects = new ArrayList<RoundEffect>();
    next.deadline().ifPresent(deadline -> effects.add(new SetDeadline(Phase.UNMASKING, deadline)));
    effects.add(new UnmaskSum(next.survivors().keySet()));
    effects.add(new NotifyDevices());
    effects.add(new ReleaseDevices(leftOut));
    return accepted(
        next,
        reason + "; " + next.survivors().size() + " survivors",
        effects.toArray(RoundEffect[]::new));
  }

  private static Transition unmaskIfDecided(
      Confirming state, Instant at, boolean deadlinePassed, String reason) {
    var confirmed = state.confirmedSurvivors();
    if (!deadlinePassed && confirmed.size() < state.survivors().size()) {
      return accepted(state, reason);
    }
    if (confirmed.size() < state.plan().minimumCount()) {
      return RoundMachine.abandoned(
          state,
          at,
          AbandonReason.TOO_FEW_CONFIRMATIONS,
          confirmed.size()
              + " of at least "
              + state.plan().minimumCount()
              + " updates are in sums that enough devices confirmed");
    }
    return unmasking(state.toUnmasking(at), reason, without(state.survivors(), confirmed));
  }

  private static Transition unmasked(Unmasking state, SumUnmasked event) {
    var opened = state.opened(event.unopened());
    if (opened.size() < state.plan().minimumCount()) {
      return RoundMachine.abandoned(
          state,
          event.at(),
          AbandonReason.UNMASKING_TIMED_OUT,
          opened.size()
              + " of at least "
              + state.plan().minimumCount()
              + " updates are in sums that could be opened");
    }
    var step =
        accepted(
            state.toOptimizing(event.unopened()),
            event.unopened().isEmpty()
                ? "sum unmasked"
                : "sum unmasked without shards " + event.unopened(),
            new OptimizeModel());
    var leftOut = without(state.survivors(), opened);
    return leftOut.isEmpty() ? step : RoundMachine.releasing(step, leftOut);
  }

  private static boolean isOfSurvivors(Confirming state, int shard) {
    return state.survivors().keySet().stream()
        .anyMatch(device -> state.shards().of(device) == shard);
  }

  private static Set<DeviceId> without(Map<DeviceId, ?> all, Map<DeviceId, ?> some) {
    var left = new HashSet<>(all.keySet());
    left.removeAll(some.keySet());
    return left;
  }
}
