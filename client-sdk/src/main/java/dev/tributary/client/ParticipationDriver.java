package dev.tributary.client;

import dev.tributary.aggregation.protocol.RejectReason.Remedy;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.CheckInAnswer.Assigned;
import dev.tributary.aggregation.protocol.round.CheckInAnswer.ComeBack;
import dev.tributary.client.session.DeviceEffect;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.session.DeviceState;
import dev.tributary.client.session.DeviceTransition;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.security.BugException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * One participation from beginning to end: check in, or take up the round that the last process was
 * in, then step the state machine and do its effects until the device is idle again. Used by one
 * thread at a time.
 */
final class ParticipationDriver {

  private final Surroundings surroundings;
  private final CoordinatorLink link;
  private final SessionStore store;
  private final SessionKeeper keeper;

  ParticipationDriver(
      Surroundings surroundings, CoordinatorLink link, SessionStore store, SessionKeeper keeper) {
    this.surroundings = surroundings;
    this.link = link;
    this.store = store;
    this.keeper = keeper;
  }

  /** Returns with the thread's interrupt flag set when it was interrupted. */
  ParticipationOutcome run() {
    ParticipationOutcome outcome;
    try {
      outcome = isIdle() ? checkIn() : walk(newRound(), keeper.current().state().resume());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      outcome = new ParticipationOutcome.Interrupted(surroundings.afterTransientError());
    }
    keeper.waitUntil(surroundings.clock().now().plus(outcome.nextCheckIn()));
    ParticipationOutcome told = outcome;
    Callbacks.run(surroundings.listener(), l -> l.finished(told));
    return outcome;
  }

  private boolean isIdle() {
    return keeper.current().state().currentRound().isEmpty();
  }

  private RoundDriver newRound() {
    return new RoundDriver(surroundings, link, store, keeper);
  }

  private ParticipationOutcome checkIn() throws InterruptedException {
    Optional<String> ineligible = surroundings.ineligibility();
    if (ineligible.isPresent()) {
      return new ParticipationOutcome.NotEligible(
          ineligible.get(), surroundings.afterTransientError());
    }
    Optional<ParticipationOutcome> notEnrolled = enrolIfNeeded();
    if (notEnrolled.isPresent()) {
      return notEnrolled.get();
    }
    try {
      return take(askForRound());
    } catch (CoordinatorException failure) {
      return unavailable(failure);
    }
  }

  private Optional<ParticipationOutcome> enrolIfNeeded() throws InterruptedException {
    if (keeper.current().device().isPresent()) {
      return Optional.empty();
    }
    if (surroundings.enrolmentToken().isEmpty()) {
      return Optional.of(
          new ParticipationOutcome.Unavailable(
              "not-enrolled",
              "the coordinator does not know this device and it has no enrolment token",
              true,
              surroundings.schedule().afterPermanentError(surroundings.randomness().waits())));
    }
    try {
      return accept(
          link.enrol(
              keeper.current().population(),
              surroundings.enrolmentToken().get(),
              Surroundings.SDK_VERSION));
    } catch (CoordinatorException failure) {
      return Optional.of(unavailable(failure));
    }
  }

  private Optional<ParticipationOutcome> accept(EnrolResponse answer) {
    var check =
        new CredentialCheck(
            store.keyPair().publicKey(),
            keeper.current().population(),
            keeper.current().credentials());
    Optional<CredentialCheck.Refusal> refusal = answer.credentials().flatMap(check::refusal);
    if (refusal.isEmpty()) {
      keeper.enrolledAs(answer.deviceId(), answer.credentials());
    }
    return refusal.map(
        why ->
            new ParticipationOutcome.Unavailable(
                why.code(),
                why.detail(),
                true,
                surroundings.schedule().afterPermanentError(surroundings.randomness().waits())));
  }

  private CheckInAnswer askForRound() throws CoordinatorException, InterruptedException {
    var request =
        new CheckIn(
            keeper.current().population(),
            Surroundings.SDK_VERSION,
            surroundings.trainer().exampleCount(),
            surroundings.attributes(),
            surroundings.trainer().runtimes());
    try {
      return link.checkIn(request);
    } catch (CoordinatorException failure) {
      if (RoundFaults.remedyOf(failure).filter(Remedy.ENROL::equals).isEmpty()) {
        throw failure;
      }
      // The same key enrols again: to the coordinator it is the same device.
      keeper.notEnrolled();
      if (enrolIfNeeded().isPresent()) {
        throw failure;
      }
      return link.checkIn(request);
    }
  }

  private ParticipationOutcome take(CheckInAnswer answer) throws InterruptedException {
    return answer
        .<Step>match(assigned -> () -> enter(assigned), comeBack -> () -> stayAway(comeBack))
        .take();
  }

  private ParticipationOutcome enter(Assigned assigned) throws InterruptedException {
    RoundDriver round = newRound();
    round.placeHeldFor(Duration.ofMillis(assigned.expiresInMillis()));
    keeper.noteNoWait();
    return walk(round, step(new DeviceEvent.RoundAssigned(assigned.roundId())));
  }

  private ParticipationOutcome stayAway(ComeBack window) {
    Duration wait =
        surroundings
            .schedule()
            .withinWindow(
                window.minDelayMillis(),
                window.maxDelayMillis(),
                surroundings.randomness().waits());
    return new ParticipationOutcome.ToldToWait(window.reasonCode(), wait);
  }

  private ParticipationOutcome unavailable(CoordinatorException failure) {
    Duration wait = new RoundRetry(surroundings).waitAfter(failure, RoundFaults.remedyOf(failure));
    return new ParticipationOutcome.Unavailable(
        failure.code(), String.valueOf(failure.getMessage()), !failure.isTransient(), wait);
  }

  /** Does effects and the effects of what comes of them, until none is left. */
  private ParticipationOutcome walk(RoundDriver round, List<DeviceEffect> first) {
    Queue<DeviceEffect> effects = new ArrayDeque<>(first);
    boolean interrupted = false;
    while (!effects.isEmpty()) {
      DeviceEffect effect = effects.remove();
      try {
        Optional<DeviceEvent> event = effect.runBy(round);
        if (event.isPresent()) {
          effects.addAll(step(event.get()));
        }
      } catch (InterruptedException closing) {
        if (interrupted) {
          // Also the report of closing was cut off: it was only a courtesy.
          continue;
        }
        interrupted = true;
        effects.clear();
        effects.addAll(step(new DeviceEvent.HostClosed()));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return conclude(interrupted);
  }

  private List<DeviceEffect> step(DeviceEvent event) {
    DeviceTransition transition = keeper.apply(event);
    Callbacks.run(
        surroundings.listener(), l -> l.progressed(transition.next(), transition.reason()));
    return transition.effects();
  }

  private ParticipationOutcome conclude(boolean interrupted) {
    Duration wait = remainingWait();
    DeviceState ended = keeper.current().state();
    Optional<ParticipationOutcome> outcome =
        ended.match(
            done -> new ParticipationOutcome.TookPart(done.round(), wait),
            dropped ->
                new ParticipationOutcome.DroppedOut(
                    dropped.round(), dropped.code(), dropped.detail(), wait));
    if (outcome.isEmpty() && interrupted) {
      return new ParticipationOutcome.Interrupted(Duration.ZERO);
    }
    step(new DeviceEvent.ParticipationEnded());
    return outcome.orElseThrow(
        () -> new BugException("nothing is left to do in " + ended + ", which is no end"));
  }

  /**
   * What is left of the wait that the coordinator asked for in the round; without one, as after a
   * transient error.
   */
  private Duration remainingWait() {
    Instant now = surroundings.clock().now();
    return keeper
        .current()
        .notBefore()
        .map(until -> now.isBefore(until) ? Duration.between(now, until) : Duration.ZERO)
        .orElseGet(surroundings::afterTransientError);
  }

  /** What a coordinator's answer leads to. */
  private interface Step {
    ParticipationOutcome take() throws InterruptedException;
  }
}
