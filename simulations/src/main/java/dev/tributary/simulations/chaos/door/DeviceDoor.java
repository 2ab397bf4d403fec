package dev.tributary.simulations.chaos.door;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.simulations.chaos.machine.CoordinatorProcess;
import dev.tributary.simulations.chaos.machine.SimulatedCrash;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What devices may ask of one process: decode, pass on to who decides, encode the answer. Runs in
 * the time of the process.
 */
public final class DeviceDoor {
  private static final int LEAST_RETRY_MILLIS = 1_000;
  private static final int MOST_RETRY_MILLIS = 5_000;

  private final CoordinatorProcess process;
  private final UploadDoor uploads;
  private final SessionDoor sessions;
  private final Consumer<Throwable> defects;

  /**
   * The door of a process.
   *
   * @param defects told of what no request should meet
   */
  public DeviceDoor(CoordinatorProcess process, Consumer<Throwable> defects) {
    this.process = process;
    this.uploads = new UploadDoor(process);
    this.sessions = new SessionDoor(process.devices().sessions());
    this.defects = defects;
  }

  /** Carries a request out; the answer may take its time, or never come from a killed process. */
  public Future<Response> serve(Request request, Connection connection) {
    Future<Response> answer;
    try {
      answer = route(request, connection);
    } catch (RejectedException e) {
      answer = Future.failedFuture(e);
    }
    return answer.recover(
        cause -> {
          if (SimulatedCrash.isBehind(cause)) {
            return Future.failedFuture(cause);
          }
          Response refusal =
              Response.refusal(
                  cause,
                  process.life().time().random().nextInt(LEAST_RETRY_MILLIS, MOST_RETRY_MILLIS));
          if (refusal.status() == RejectReason.INTERNAL.httpStatus()
              && !(cause instanceof StoreException)) { // a store that broke may say so
            defects.accept(cause);
          }
          return Future.succeededFuture(
              request.method().equals("HEAD")
                  ? Response.empty(refusal.status(), refusal.headers())
                  : refusal);
        });
  }

  private Future<Response> route(Request request, Connection connection) throws RejectedException {
    return switch (request.method() + " " + request.path().get(1)) {
      case "POST devices" -> enrol(EnrolRequest.decode(request.body().array()));
      case "POST challenges" ->
          Future.succeededFuture(
              Response.message(
                  200,
                  process
                      .access()
                      .challenge(ChallengeRequest.decode(request.body().array()))
                      .encode()));
      case "POST sessions" ->
          process
              .access()
              .openSession(SessionRequest.decode(request.body().array()))
              .map(session -> Response.message(201, session.encode()));
      case "POST check-ins" -> checkIn(request, caller(request));
      case "GET models" -> model(request, caller(request));
      default -> inRound(request, connection, caller(request));
    };
  }

  /** Whom the session token speaks for. */
  private DeviceId caller(Request request) throws RejectedException {
    String header = request.header("authorization").orElse("");
    if (!header.startsWith("Bearer ")) {
      throw new RejectedException(RejectReason.MISSING_AUTHORIZATION, "expected a token");
    }
    return process.access().authenticate(header.substring("Bearer ".length()));
  }

  private Future<Response> enrol(EnrolRequest request) throws RejectedException {
    int version = VersionRange.SUPPORTED.choose(request.versions());
    return process
        .access()
        .enrol(request)
        .map(
            enrolment ->
                Response.message(
                    201,
                    new EnrolResponse(
                            version, enrolment.device(), Optional.of(enrolment.credentials()))
                        .encode()));
  }

  private Future<Response> checkIn(Request request, DeviceId device) throws RejectedException {
    CheckIn checkIn = CheckIn.decode(request.body().array());
    return process
        .access()
        .requireMember(device, checkIn.population())
        .compose(member -> process.devices().checkIn(device, checkIn))
        .map(answer -> Response.message(200, answer.encode()));
  }

  private Future<Response> inRound(Request request, Connection connection, DeviceId device)
      throws RejectedException {
    var desk = process.devices();
    var round = sessions.round(request);
    return switch (request.method() + " " + request.path().get(3)) {
      case "GET manifest" ->
          desk.manifest(device, round, request.maxWait())
              .map(
                  manifest ->
                      manifest
                          .map(RoundManifest::encode)
                          .map(body -> Response.message(200, body))
                          .orElseGet(() -> Response.empty(204, Map.of())));
      case "HEAD uploads" -> uploads.offset(request, device);
      case "PUT uploads" -> uploads.put(request, connection, device);
      case "POST failures" ->
          desk.reportFailure(device, round, FailureReport.decode(request.body().array()))
              .map(done -> Response.empty(204, Map.of()));
      case "GET result" ->
          desk.result(device, round, request.maxWait())
              .map(result -> Response.message(200, result.encode()));
      default -> sessions.serve(request, device);
    };
  }

  private Future<Response> model(Request request, DeviceId device) {
    var digest = new ModelDigest(request.path().get(2));
    return process
        .access()
        .population(device)
        .compose(population -> process.devices().mayFetch(population, digest))
        .compose(
            allowed -> {
              Optional<Path> file = allowed ? process.modelFile(digest) : Optional.empty();
              return file.isPresent()
                  ? send(request, file.get())
                  : Future.failedFuture(
                      new RejectedException(RejectReason.NOT_FOUND, "there is no such model"));
            });
  }

  private static Future<Response> send(Request request, Path file) {
    byte[] all;
    try {
      all = Files.readAllBytes(file);
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
    int from =
        request
            .header("range")
            .map(range -> range.substring("bytes=".length(), range.length() - 1))
            .map(Integer::valueOf)
            .orElse(0);
    if (from >= all.length) {
      return Future.failedFuture(
          new RejectedException(RejectReason.RANGE_NOT_SATISFIABLE, "it has fewer bytes"));
    }
    var headers =
        Map.of(
            "Content-Type",
            "application/octet-stream",
            "Content-Range",
            "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
    return Future.succeededFuture(
        new Response(
            from == 0 ? 200 : 206,
            headers,
            new Request.Bytes(Arrays.copyOfRange(all, from, all.length))));
  }
}
