package dev.tributary.coordinator.ops;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
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
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Of a round without secure aggregation. */
final class FixtureSessions implements SessionDesk {

  @Override
  public Future<Taken> advertise(DeviceId device, RoundId round, KeyAdvertisement keys) {
    return none();
  }

  @Override
  public Future<Optional<RosterAnswer>> roster(DeviceId device, RoundId round, Duration maxWait) {
    return none();
  }

  @Override
  public Future<Taken> share(DeviceId device, RoundId round, SealedShares shares) {
    return none();
  }

  @Override
  public Future<Optional<ShareInbox>> inbox(DeviceId device, RoundId round, Duration maxWait) {
    return none();
  }

  @Override
  public Future<Optional<SurvivorsAnnounced>> survivors(
      DeviceId device, RoundId round, Duration maxWait) {
    return none();
  }

  @Override
  public Future<Taken> confirm(DeviceId device, RoundId round, SurvivorsConfirmed confirmed) {
    return none();
  }

  @Override
  public Future<Optional<UnmaskRequest>> unmasking(
      DeviceId device, RoundId round, Duration maxWait) {
    return none();
  }

  @Override
  public Future<Taken> reveal(DeviceId device, RoundId round, UnmaskAnswer answer) {
    return none();
  }

  private static <T> Future<T> none() {
    return Future.failedFuture(
        new RejectedException(RejectReason.WRONG_STATE, "the round has no secure aggregation"));
  }
}
