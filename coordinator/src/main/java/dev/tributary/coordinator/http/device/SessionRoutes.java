package dev.tributary.coordinator.http.device;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import dev.tributary.aggregation.protocol.DeviceId;
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
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.schedule.SessionDesk;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The steps of secure aggregation. What a device sends is answered 204, a repetition too (counted
 * as discarded); what it asks for is there (200) or not yet (204). A device that says how long it
 * waits when it sends something is answered what it would ask for next. Messages have a place for
 * every neighbour of a device, so large ones are decoded and all are encoded on worker threads, and
 * each kind has its own limit.
 */
final class SessionRoutes {

  private static final String ROUND = "/v1/rounds/{round}/";
  private static final String WAIT = "wait";

  /** What takes longer to hand to a worker thread than to decode. */
  private static final int QUICK_BYTES = 8 * 1024;

  private final SessionDesk desk;

  private SessionRoutes(SessionDesk desk) {
    this.desk = desk;
  }

  static List<Route> of(SessionDesk desk) {
    SessionRoutes routes = new SessionRoutes(desk);
    return List.of(
        new Route.ForDevices(POST, ROUND + "keys", routes::advertise),
        new Route.ForDevices(GET, ROUND + "roster", routes::roster),
        new Route.ForDevices(POST, ROUND + "shares", routes::share),
        new Route.ForDevices(GET, ROUND + "inbox", routes::inbox),
        new Route.ForDevices(GET, ROUND + "survivors", routes::survivors),
        new Route.ForDevices(POST, ROUND + "survivors", routes::confirm),
        new Route.ForDevices(GET, ROUND + "unmasking", routes::unmasking),
        new Route.ForDevices(POST, ROUND + "unmasking", routes::reveal));
  }

  private Future<Answer> advertise(Exchange exchange, DeviceId device) throws RejectedException {
    RoundId round = exchange.round();
    var next = ifAsked(exchange, wait -> desk.roster(device, round, wait), RosterAnswer::encode);
    return decoded(exchange, KeyAdvertisement.MAXIMUM_BYTES, KeyAdvertisement::decode)
        .compose(keys -> desk.advertise(device, round, keys))
        .compose(taken -> answered(taken, next));
  }

  private Future<Answer> roster(Exchange exchange, DeviceId device) throws RejectedException {
    return encoded(
        exchange, desk.roster(device, exchange.round(), exchange.wait(WAIT)), RosterAnswer::encode);
  }

  private Future<Answer> share(Exchange exchange, DeviceId device) throws RejectedException {
    RoundId round = exchange.round();
    var next = ifAsked(exchange, wait -> desk.inbox(device, round, wait), ShareInbox::encode);
    return decoded(exchange, SealedShares.MAXIMUM_BYTES, SealedShares::decode)
        .compose(shares -> desk.share(device, round, shares))
        .compose(taken -> answered(taken, next));
  }

  private Future<Answer> inbox(Exchange exchange, DeviceId device) throws RejectedException {
    return encoded(
        exchange, desk.inbox(device, exchange.round(), exchange.wait(WAIT)), ShareInbox::encode);
  }

  private Future<Answer> survivors(Exchange exchange, DeviceId device) throws RejectedException {
    return encoded(
        exchange,
        desk.survivors(device, exchange.round(), exchange.wait(WAIT)),
        SurvivorsAnnounced::encode);
  }

  private Future<Answer> confirm(Exchange exchange, DeviceId device) throws RejectedException {
    RoundId round = exchange.round();
    var next =
        ifAsked(exchange, wait -> desk.unmasking(device, round, wait), UnmaskRequest::encode);
    return decoded(exchange, SurvivorsConfirmed.MAXIMUM_BYTES, SurvivorsConfirmed::decode)
        .compose(confirmed -> desk.confirm(device, round, confirmed))
        .compose(taken -> answered(taken, next));
  }

  private Future<Answer> unmasking(Exchange exchange, DeviceId device) throws RejectedException {
    return encoded(
        exchange,
        desk.unmasking(device, exchange.round(), exchange.wait(WAIT)),
        UnmaskRequest::encode);
  }

  private Future<Answer> reveal(Exchange exchange, DeviceId device) throws RejectedException {
    RoundId round = exchange.round();
    return decoded(exchange, UnmaskAnswer.MAXIMUM_BYTES, UnmaskAnswer::decode)
        .compose(answer -> desk.reveal(device, round, answer))
        .compose(taken -> answered(taken, SessionRoutes::nothing));
  }

  /** What comes after a message that was taken: nothing, unless the device waits for it. */
  private static <T> Supplier<Future<Answer>> ifAsked(
      Exchange exchange, Function<Duration, Future<Optional<T>>> next, Function<T, byte[]> encoder)
      throws RejectedException {
    if (exchange.query(WAIT).isEmpty()) {
      return SessionRoutes::nothing;
    }
    Duration wait = exchange.wait(WAIT);
    return () -> encoded(exchange, next.apply(wait), encoder);
  }

  private static Future<Answer> nothing() {
    return Future.succeededFuture(new Answer.Empty(204));
  }

  private static Future<Answer> answered(Taken taken, Supplier<Future<Answer>> next) {
    return switch (taken) {
      case ACCEPTED -> next.get();
      case REPEATED -> next.get().map(Answer.Repeated::new);
    };
  }

  private interface Decoder<T> {
    T decode(byte[] bytes) throws RejectedException;
  }

  private static <T> Future<T> decoded(Exchange exchange, int limitBytes, Decoder<T> decoder)
      throws RejectedException {
    return exchange
        .message(limitBytes)
        .compose(
            bytes ->
                bytes.length <= QUICK_BYTES
                    ? quickly(bytes, decoder)
                    : exchange.vertx().executeBlocking(() -> decoder.decode(bytes), false))
        .map(Objects::requireNonNull);
  }

  private static <T> Future<T> quickly(byte[] bytes, Decoder<T> decoder) {
    try {
      return Future.succeededFuture(decoder.decode(bytes));
    } catch (RejectedException e) {
      return Future.failedFuture(e);
    }
  }

  private static <T> Future<Answer> encoded(
      Exchange exchange, Future<Optional<T>> answer, Function<T, byte[]> encoder) {
    return answer.compose(
        there ->
            there.isEmpty()
                ? nothing()
                : exchange
                    .vertx()
                    .executeBlocking(() -> encoder.apply(there.get()), false)
                    .map(body -> new Answer.Message(200, Objects.requireNonNull(body))));
  }
}
