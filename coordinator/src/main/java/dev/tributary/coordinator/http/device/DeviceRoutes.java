package dev.tributary.coordinator.http.device;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.coordinator.access.DeviceAccess;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.schedule.DeviceDesk;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What devices may ask, except for the streams: decode, pass on to who decides, encode the answer.
 */
public final class DeviceRoutes {

  private final DeviceAccess access;
  private final DeviceDesk desk;

  private DeviceRoutes(DeviceAccess access, DeviceDesk desk) {
    this.access = access;
    this.desk = desk;
  }

  /** All routes of the device API. */
  public static List<Route> of(
      DeviceAccess access, DeviceDesk desk, UploadRoutes uploads, ModelDownload models) {
    DeviceRoutes routes = new DeviceRoutes(access, desk);
    List<Route> all = new ArrayList<>(SessionRoutes.of(desk.sessions()));
    all.addAll(routes.withoutSessions(uploads, models));
    return List.copyOf(all);
  }

  private List<Route> withoutSessions(UploadRoutes uploads, ModelDownload models) {
    return List.of(
        new Route.Open(POST, "/v1/devices", this::enrol),
        new Route.Open(POST, "/v1/challenges", this::challenge),
        new Route.Open(POST, "/v1/sessions", this::openSession),
        new Route.ForDevices(POST, "/v1/check-ins", this::checkIn),
        new Route.ForDevices(GET, "/v1/rounds/{round}/manifest", this::manifest),
        new Route.ForDevices(
            GET, "/v1/models/{digest}", (exchange, device) -> model(exchange, device, models)),
        new Route.ForDevices(HEAD, "/v1/rounds/{round}/uploads/{upload}", uploads::offset),
        new Route.ForDevices(PUT, "/v1/rounds/{round}/uploads/{upload}", uploads::put),
        new Route.ForDevices(POST, "/v1/rounds/{round}/failures", this::reportFailure),
        new Route.ForDevices(GET, "/v1/rounds/{round}/result", this::result));
  }

  private Future<Answer> enrol(Exchange exchange) throws RejectedException {
    return decoded(exchange, EnrolRequest::decode)
        .compose(
            request -> {
              int version;
              try {
                version = VersionRange.SUPPORTED.choose(request.versions());
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
              return access
                  .enrol(request)
                  .map(
                      enrolment ->
                          message(
                              201,
                              new EnrolResponse(
                                      version,
                                      enrolment.device(),
                                      Optional.of(enrolment.credentials()))
                                  .encode()));
            });
  }

  private Future<Answer> challenge(Exchange exchange) throws RejectedException {
    return decoded(exchange, ChallengeRequest::decode)
        .map(request -> message(200, access.challenge(request).encode()));
  }

  private Future<Answer> openSession(Exchange exchange) throws RejectedException {
    return decoded(exchange, SessionRequest::decode)
        .compose(access::openSession)
        .map(SessionResponse::encode)
        .map(body -> message(201, body));
  }

  private Future<Answer> checkIn(Exchange exchange, DeviceId device) throws RejectedException {
    return decoded(exchange, CheckIn::decode)
        .compose(
            request ->
                access
                    .requireMember(device, request.population())
                    .compose(member -> desk.checkIn(device, request)))
        .map(CheckInAnswer::encode)
        .map(body -> message(200, body));
  }

  private Future<Answer> manifest(Exchange exchange, DeviceId device) throws RejectedException {
    RoundId round = exchange.round();
    return desk.manifest(device, round, exchange.wait("wait"))
        .map(
            manifest ->
                manifest
                    .<Answer>map(present -> message(200, present.encode()))
                    .orElseGet(() -> new Answer.Empty(204)));
  }

  /** Models of other populations are not told from those that are not there. */
  private Future<Answer> model(Exchange exchange, DeviceId device, ModelDownload models)
      throws RejectedException {
    ModelDigest digest = ModelDownload.digest(exchange);
    return access
        .population(device)
        .compose(population -> desk.mayFetch(population, digest))
        .compose(
            allowed -> {
              if (!allowed) {
                return Future.failedFuture(ModelDownload.unknown(digest));
              }
              try {
                return models.answer(exchange);
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private Future<Answer> reportFailure(Exchange exchange, DeviceId device)
      throws RejectedException {
    RoundId round = exchange.round();
    return decoded(exchange, FailureReport::decode)
        .compose(report -> desk.reportFailure(device, round, report))
        .map(done -> new Answer.Empty(204));
  }

  private Future<Answer> result(Exchange exchange, DeviceId device) throws RejectedException {
    RoundId round = exchange.round();
    Duration wait = exchange.wait("wait");
    return desk.result(device, round, wait)
        .map(RoundResult::encode)
        .map(body -> message(200, body));
  }

  private interface Decoder<T> {
    T decode(byte[] bytes) throws RejectedException;
  }

  private static <T> Future<T> decoded(Exchange exchange, Decoder<T> decoder)
      throws RejectedException {
    return exchange
        .message()
        .compose(
            bytes -> {
              try {
                return Future.succeededFuture(decoder.decode(bytes));
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private static Answer message(int status, byte[] protobuf) {
    return new Answer.Message(status, protobuf);
  }
}
