package dev.tributary.simulations.chaos.door;

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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The steps of secure aggregation, as the routes over HTTP serve them. */
record SessionDoor(SessionDesk desk) {

  RoundId round(Request request) throws RejectedException {
    if (!request.path().get(1).equals("rounds") || request.path().size() < 4) {
      throw new RejectedException(RejectReason.NOT_FOUND, "nothing is at this path");
    }
    return RoundId.parse(request.path().get(2));
  }

  Future<Response> serve(Request request, DeviceId device) throws RejectedException {
    RoundId round = round(request);
    byte[] body = request.body().array();
    var wait = request.maxWait();
    return switch (request.method() + " " + request.path().get(3)) {
      case "POST keys" ->
          taken(
              desk.advertise(device, round, KeyAdvertisement.decode(body)),
              request,
              () -> answer(desk.roster(device, round, wait), RosterAnswer::encode));
      case "GET roster" -> answer(desk.roster(device, round, wait), RosterAnswer::encode);
      case "POST shares" ->
          taken(
              desk.share(device, round, SealedShares.decode(body)),
              request,
              () -> answer(desk.inbox(device, round, wait), ShareInbox::encode));
      case "GET inbox" -> answer(desk.inbox(device, round, wait), ShareInbox::encode);
      case "GET survivors" ->
          answer(desk.survivors(device, round, wait), SurvivorsAnnounced::encode);
      case "POST survivors" ->
          taken(
              desk.confirm(device, round, SurvivorsConfirmed.decode(body)),
              request,
              () -> answer(desk.unmasking(device, round, wait), UnmaskRequest::encode));
      case "GET unmasking" -> answer(desk.unmasking(device, round, wait), UnmaskRequest::encode);
      case "POST unmasking" ->
          desk.reveal(device, round, UnmaskAnswer.decode(body)).map(taken -> nothing());
      default -> throw new RejectedException(RejectReason.NOT_FOUND, "nothing is at this path");
    };
  }

  /** Whoever waits when it sends something is answered what comes next. */
  private static Future<Response> taken(
      Future<Taken> taken, Request request, Supplier<Future<Response>> next) {
    return taken.compose(
        how -> request.waitSeconds() > 0 ? next.get() : Future.succeededFuture(nothing()));
  }

  private static Response nothing() {
    return Response.empty(204, Map.of());
  }

  private static <T> Future<Response> answer(
      Future<Optional<T>> there, Function<T, byte[]> encoder) {
    return there.map(
        found ->
            found
                .map(encoder)
                .map(body -> Response.message(200, body))
                .orElseGet(SessionDoor::nothing));
  }
}
