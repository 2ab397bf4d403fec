package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import dev.tributary.coordinator.schedule.SessionDesk;
import dev.tributary.coordinator.schedule.live.SessionRequests;
import dev.tributary.coordinator.schedule.work.RoundMeters;
import dev.tributary.coordinator.store.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Brings each step of secure aggregation to the lane of its task, and the answer back. Safe on any
 * thread.
 */
final class Sessions implements SessionDesk {
  private final Devices devices;
  private final PastRounds past;
  private final RoundMeters meters;

  Sessions(Devices devices, PastRounds past, RoundMeters meters) {
    this.meters = meters;
    this.devices = devices;
    this.past = past;
  }

  @Override
  public Future<Taken> advertise(DeviceId device, RoundId round, KeyAdvertisement keys) {
    return counted(
        "keys", ask(device, round, (live, reply) -> live.advertise(device, keys, reply)));
  }

  @Override
  public Future<Optional<RosterAnswer>> roster(DeviceId device, RoundId round, Duration maxWait) {
    return ask(device, round, (live, reply) -> live.roster(device, maxWait, reply));
  }

  @Override
  public Future<Taken> share(DeviceId device, RoundId round, SealedShares shares) {
    return counted(
        "shares", ask(device, round, (live, reply) -> live.share(device, shares, reply)));
  }

  @Override
  public Future<Optional<ShareInbox>> inbox(DeviceId device, RoundId round, Duration maxWait) {
    return ask(device, round, (live, reply) -> live.inbox(device, maxWait, reply));
  }

  @Override
  public Future<Optional<SurvivorsAnnounced>> survivors(
      DeviceId device, RoundId round, Duration maxWait) {
    return ask(device, round, (live, reply) -> live.survivors(device, maxWait, reply));
  }

  @Override
  public Future<Taken> confirm(DeviceId device, RoundId round, SurvivorsConfirmed confirmed) {
    return counted(
        "survivors", ask(device, round, (live, reply) -> live.confirm(device, confirmed, reply)));
  }

  @Override
  public Future<Optional<UnmaskRequest>> unmasking(
      DeviceId device, RoundId round, Duration maxWait) {
    return ask(device, round, (live, reply) -> live.unmasking(device, maxWait, reply));
  }

  @Override
  public Future<Taken> reveal(DeviceId device, RoundId round, UnmaskAnswer answer) {
    return counted(
        "unmasking", ask(device, round, (live, reply) -> live.reveal(device, answer, reply)));
  }

  private Future<Taken> counted(String step, Future<Taken> answer) {
    return answer.onComplete(
        taken -> meters.message(step, taken == Taken.ACCEPTED ? "accepted" : "discarded"),
        refusal -> meters.message(step, "rejected"));
  }

  private <T> Future<T> ask(
      DeviceId device, RoundId round, BiConsumer<SessionRequests, Reply<T>> question) {
    var reply = new Reply<T>();
    devices.onRound(
        round,
        reply,
        live -> question.accept(live.sessions(), reply),
        runner -> past.refusal(device, round).onComplete(reply::fail, reply::fail));
    return reply.future();
  }
}
