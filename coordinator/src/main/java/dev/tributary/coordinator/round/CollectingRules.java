package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.Transition.accepted;
import static dev.tributary.coordinator.round.Transition.discarded;
import static dev.tributary.coordinator.round.Transition.rejected;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.coordinator.round.RoundEffect.ConfirmSurvivors;
import dev.tributary.coordinator.round.RoundEffect.NotifyDevices;
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
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * The rules of {@code Collecting}: whose uploads count, and when waiting for more cannot change the
 * outcome.
 */
final class CollectingRules {
  private CollectingRules() {}

  static Transition on(Collecting state, RoundEvent event) {
    return switch (event) {
      case UploadsCounted e -> onUploads(state, e);
      case DeviceDropped e when !state.cohort().contains(e.device()) ->
          RoundMachine.notInRound(state, e.device());
      case DeviceDropped e when state.counted().containsKey(e.device()) ->
          discarded(state, "its update is counted");
      case DeviceDropped e when state.dropped().contains(e.device()) ->
          discarded(state, "dropped already");
      case DeviceDropped e -> {
        var step =
            closeIfDecided(
                state.without(e.device()), e.at(), false, "a device dropped out: " + e.cause());
        yield RoundMachine.releasing(step, Set.of(e.device()));
      }
      case DeadlinePassed e when e.phase() != Phase.REPORTING -> RoundMachine.lateTimer(state, e);
      case DeadlinePassed e -> closeIfDecided(state, e.at(), true, "reporting deadline passed");
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
          RoundMachine.misplaced(state, event);
    };
  }

  private static Transition onUploads(Collecting state, UploadsCounted event) {
    var seen = new HashSet<DeviceId>();
    for (var upload : event.uploads()) {
      if (!state.cohort().contains(upload.device()) || state.dropped().contains(upload.device())) {
        return RoundMachine.notInRound(state, upload.device());
      }
      if (state.counted().containsKey(upload.device()) || !seen.add(upload.device())) {
        return rejected(
            state,
            RejectReason.UPLOAD_CONFLICT,
            "device " + upload.device() + " is counted already");
      }
    }
    if (state.counted().size() + seen.size() > state.plan().targetCount()) {
      return rejected(
          state,
          RejectReason.ROUND_CLOSED,
          "the round has its " + state.plan().targetCount() + " uploads");
    }
    var next = state.with(event.uploads());
    var step = closeIfDecided(next, event.at(), false, next.counted().size() + " uploads counted");
    return state.plan().secureAggregation().isPresent()
        ? step
        : RoundMachine.releasing(step, seen); // with keys, it still has to unmask
  }

  /**
   * Closes as soon as waiting cannot change the outcome: the target is met, nobody is left, or too
   * few are left, in all or in so many shards.
   */
  private static Transition closeIfDecided(
      Collecting state, Instant at, boolean deadlinePassed, String reason) {
    int awaitedCount = deadlinePassed ? 0 : state.awaitedCount();
    int possibleCount = state.possible(deadlinePassed).size();
    if (possibleCount < state.plan().minimumCount()) {
      return tooFew(state, at, possibleCount);
    }
    if (awaitedCount > 0 && state.counted().size() < state.plan().targetCount()) {
      return accepted(state, reason);
    }
    var survivors = state.survivors().keySet();
    if (survivors.size() < state.plan().minimumCount()) {
      return tooFew(state, at, survivors.size());
    }
    var leftOut = new HashSet<>(state.cohort());
    leftOut.removeAll(survivors);
    var secure = state.plan().secureAggregation().filter(SecureAggregation::confirmation);
    return secure.isPresent()
        ? confirming(state.toConfirming(at, secure.get()), reason, leftOut)
        : UnmaskingRules.unmasking(state.toUnmasking(at), reason, leftOut);
  }

  private static Transition confirming(Confirming next, String reason, Set<DeviceId> leftOut) {
    return accepted(
        next,
        reason + "; " + next.survivors().size() + " survivors to be confirmed",
        new SetDeadline(Phase.CONFIRMING, next.deadline()),
        new ConfirmSurvivors(next.survivors().keySet()),
        new NotifyDevices(),
        new ReleaseDevices(leftOut));
  }

  private static Transition tooFew(Collecting state, Instant at, int possibleCount) {
    return RoundMachine.abandoned(
        state,
        at,
        AbandonReason.TOO_FEW_UPLOADS,
        possibleCount + " of at least " + state.plan().minimumCount() + " uploads came");
  }
}
