package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Failed;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.coordinator.store.RoundJournal.Message;
import dev.tributary.coordinator.store.RoundJournal.MessageStep;
import dev.tributary.security.identity.DeviceSignature;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What devices of one round say and ask in the steps of secure aggregation: whether it is time for
 * it, the state says; whether it holds, the session of their shard. Touched only by the lane of its
 * task.
 *
 * <p>Answers come from what is on disk: so nobody is asked for shares before the survivors are.
 */
public final class SessionRequests {
  private final RoundRunner round;
  private final SessionRefusals refusals;

  public SessionRequests(RoundRunner round) {
    this.round = round;
    this.refusals = new SessionRefusals(round);
  }

  /** R0. */
  public void advertise(DeviceId device, KeyAdvertisement keys, Reply<Taken> reply) {
    boolean awaited = round.decided() instanceof AdvertisingKeys s && s.cohort().contains(device);
    send(
        device,
        awaited,
        reply,
        part ->
            part.session.ask(
                keeping(
                    MessageStep.KEYS,
                    device,
                    keys.encode(),
                    () -> part.session.advertise(device, keys)),
                kept -> count(kept, new RoundEvent.KeysAdvertised(round.now(), device), reply),
                reply::fail));
  }

  /** R1: the roster. */
  public void roster(DeviceId device, Duration maxWait, Reply<Optional<RosterAnswer>> reply) {
    ask(
        device,
        maxWait,
        reply,
        (state, part) ->
            switch (state) {
              case SharingKeys s when s.cohort().contains(device) ->
                  part.rosterClosed && answer(part, () -> part.session.rosterFor(device), reply);
              case AdvertisingKeys s when s.cohort().contains(device) -> false;
              case Collecting s when !s.cohort().contains(device) ->
                  refusals.notAdvertised(device, reply);
              case SharingKeys s -> refusals.notAdvertised(device, reply);
              case AdvertisingKeys s -> refusals.tooLate(reply);
              default -> refusals.tooLate(reply);
            });
  }

  /** R1: the shares. */
  public void share(DeviceId device, SealedShares shares, Reply<Taken> reply) {
    boolean awaited = round.decided() instanceof SharingKeys s && s.cohort().contains(device);
    send(
        device,
        awaited,
        reply,
        part ->
            part.session.ask(
                keeping(
                    MessageStep.SHARES,
                    device,
                    shares.encode(),
                    () -> part.session.share(device, shares)),
                kept -> count(kept, new RoundEvent.KeysShared(round.now(), device), reply),
                reply::fail));
  }

  /** R2: the shares of others. */
  public void inbox(DeviceId device, Duration maxWait, Reply<Optional<ShareInbox>> reply) {
    ask(
        device,
        maxWait,
        reply,
        (state, part) ->
            switch (state) {
              case Collecting s when s.cohort().contains(device) ->
                  part.sharesClosed && answer(part, () -> part.session.inboxFor(device), reply);
              case AdvertisingKeys s when s.cohort().contains(device) -> false;
              case SharingKeys s when s.cohort().contains(device) -> false;
              default -> refusals.tooLate(reply);
            });
  }

  /**
   * R2: whether the device signed the masked update that it is about to send.
   *
   * @param sha256 of the packed vector, byte[32]
   */
  public void checkUpdate(
      DeviceId device,
      byte[] sha256,
      Optional<DeviceSignature> signature,
      Runnable fine,
      Consumer<RejectedException> refused) {
    if (round.plan().secureAggregation().isEmpty()) {
      fine.run();
      return;
    }
    var part = round.sessions().part(device);
    if (signature.isEmpty() || part.isEmpty()) {
      refused.accept(
          new RejectedException(
              RejectReason.BAD_HEADER,
              "Update-Signature is missing: updates of round " + round.id() + " are signed"));
      return;
    }
    var session = part.get().session;
    session.ask(
        () -> session.signedUpdate(device, sha256, signature.get()),
        signed -> {
          if (signed) {
            fine.run();
          } else {
            refused.accept(
                new RejectedException(
                    RejectReason.BAD_SIGNATURE,
                    "Update-Signature: device " + device + " did not sign this update"));
          }
        },
        refused);
  }

  /** R3: who is in the sum. */
  public void survivors(
      DeviceId device, Duration maxWait, Reply<Optional<SurvivorsAnnounced>> reply) {
    if (!refusals.isConfirming(reply)) {
      return;
    }
    ask(
        device,
        maxWait,
        reply,
        (state, part) ->
            switch (state) {
              case Confirming s when s.survivors().containsKey(device) ->
                  part.announced && answer(part, part.session::announced, reply);
              case Unmasking s when s.survivors().containsKey(device) -> // for whoever is slow
                  answer(part, part.session::announced, reply);
              case AdvertisingKeys s when s.cohort().contains(device) -> false;
              case SharingKeys s when s.cohort().contains(device) -> false;
              case Collecting s when isAwaited(s, device) -> false;
              default -> refusals.tooLate(reply);
            });
  }

  /** R3: the confirmation. */
  public void confirm(DeviceId device, SurvivorsConfirmed confirmed, Reply<Taken> reply) {
    if (!refusals.isConfirming(reply)) {
      return;
    }
    boolean awaited =
        switch (round.durable()) {
          case Confirming s -> s.survivors().containsKey(device);
          case Unmasking s -> s.survivors().containsKey(device);
          default -> false;
        };
    send(
        device,
        awaited,
        reply,
        part ->
            part.session.ask(
                keeping(
                    MessageStep.CONFIRMATION,
                    device,
                    confirmed.encode(),
                    () -> part.session.confirm(device, confirmed)),
                kept ->
                    round
                        .sessions()
                        .keep(
                            kept.message(),
                            () -> {
                              if (kept.result().quorum()) {
                                round.sessions().confirmed(device);
                              }
                              reply.succeed(kept.result().taken());
                            },
                            reply::fail),
                reply::fail));
  }

  /** R4: which shares are asked for. */
  public void unmasking(DeviceId device, Duration maxWait, Reply<Optional<UnmaskRequest>> reply) {
    ask(
        device,
        maxWait,
        reply,
        (state, part) ->
            switch (state) {
              case Unmasking s when s.survivors().containsKey(device) ->
                  part.unmasking && answer(part, part.session::request, reply);
              case AdvertisingKeys s when s.cohort().contains(device) -> false;
              case SharingKeys s when s.cohort().contains(device) -> false;
              case Collecting s when isAwaited(s, device) -> false;
              case Confirming s when s.survivors().containsKey(device) -> false;
              default -> refusals.tooLate(reply);
            });
  }

  /** R4: the shares. Whoever is slow is told that all is well. */
  public void reveal(DeviceId device, UnmaskAnswer answer, Reply<Taken> reply) {
    boolean opened =
        switch (round.decided()) {
          case Optimizing s -> s.survivors().containsKey(device);
          case Publishing s -> s.survivors().containsKey(device);
          case Published s -> s.survivors().containsKey(device);
          default -> false;
        };
    if (opened) {
      reply.succeed(Taken.REPEATED);
      return;
    }
    boolean awaited = round.durable() instanceof Unmasking s && s.survivors().containsKey(device);
    send(
        device,
        awaited,
        reply,
        part ->
            part.session.ask(
                keeping(
                    MessageStep.UNMASKING,
                    device,
                    answer.encode(),
                    () -> part.session.reveal(device, answer)),
                kept ->
                    round
                        .sessions()
                        .keep(
                            kept.message(),
                            () -> {
                              round.sessions().revealed(part, kept.result());
                              reply.succeed(kept.result().taken());
                            },
                            reply::fail),
                refusal -> {
                  if (refusal.reason() == RejectReason.BAD_UNMASK) {
                    round.sessions().accuse(part, device);
                  }
                  reply.fail(refusal);
                }));
  }

  /** Something that a device sends: also again, when its step is over. */
  private void send(
      DeviceId device, boolean awaited, Reply<?> reply, Consumer<RoundSessions.Part> taking) {
    var part = round.sessions().part(device);
    if (!refusals.isSecure(device, reply)) {
      return;
    }
    switch (round.decided()) {
      case Planned s -> refusals.tooEarly(reply);
      case Enrolling s -> refusals.tooEarly(reply);
      case Abandoned s -> refusals.over(s, reply);
      case Failed s -> refusals.failed(reply);
      case AdvertisingKeys s when !awaited && s.cohort().contains(device) ->
          refusals.tooEarly(reply);
      case RoundState s when part.isPresent() && (awaited || wasThere(s, device)) ->
          taking.accept(part.get());
      case RoundState s -> refusals.tooLate(reply);
    }
  }

  /** Whether the device came so far in the round that what it sends may be a repetition. */
  private static boolean wasThere(RoundState state, DeviceId device) {
    return switch (state) {
      case SharingKeys s -> s.cohort().contains(device);
      case Collecting s -> s.cohort().contains(device);
      case Confirming s -> s.survivors().containsKey(device);
      case Unmasking s -> s.survivors().containsKey(device);
      default -> false;
    };
  }

  /** What a message came to, and the message as the journal keeps it. */
  private record Kept<T>(T result, Optional<Message> message) {}

  /** Seals the message before it is taken: what was taken can be kept. */
  private <T> ShardSession.Step<Kept<T>> keeping(
      MessageStep step, DeviceId device, byte[] content, ShardSession.Step<T> taking) {
    return () -> {
      var message = round.sessions().sealed(step, device, content);
      return new Kept<>(taking.run(), message);
    };
  }

  /** What came new is counted when it is on disk. */
  private void count(Kept<Taken> kept, RoundEvent event, Reply<Taken> reply) {
    switch (kept.result()) {
      case ACCEPTED ->
          round.on(event, kept.message(), () -> reply.succeed(Taken.ACCEPTED), reply::fail);
      case REPEATED -> reply.succeed(Taken.REPEATED);
    }
  }

  /** A question that waits until the round has come to its answer. */
  private <T> void ask(
      DeviceId device,
      Duration maxWait,
      Reply<Optional<T>> reply,
      BiFunction<RoundState, RoundSessions.Part, Boolean> tryAnswer) {
    if (!refusals.isSecure(device, reply)) {
      return;
    }
    round
        .waiters()
        .await(
            () ->
                switch (round.durable()) {
                  case Planned s -> false;
                  case Enrolling s when s.enrolled().contains(device) -> false;
                  case Abandoned s -> refusals.over(s, reply);
                  case Failed s -> refusals.failed(reply);
                  case RoundState s ->
                      round
                          .sessions()
                          .part(device)
                          .map(part -> tryAnswer.apply(s, part))
                          .orElseGet(() -> refusals.tooLate(reply));
                },
            maxWait,
            () -> reply.succeed(Optional.empty()));
  }

  private static <T> boolean answer(
      RoundSessions.Part part, ShardSession.Step<T> step, Reply<Optional<T>> reply) {
    part.session.ask(step, answer -> reply.succeed(Optional.of(answer)), reply::fail);
    return true;
  }

  private static boolean isAwaited(Collecting state, DeviceId device) {
    return state.cohort().contains(device) && !state.dropped().contains(device);
  }
}
