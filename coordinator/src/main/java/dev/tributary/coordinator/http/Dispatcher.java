package dev.tributary.coordinator.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.access.AdminTokens;
import dev.tributary.coordinator.access.DeviceAccess;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of every request: find its route, let its caller in, let the endpoint answer, write the
 * answer or the problem, count the outcome. One event loop.
 */
public final class Dispatcher {

  /** How long a refused body may go on coming, so that its sender gets to read the refusal. */
  private static final long DRAIN_MILLIS = 5_000;

  private static final String BEARER = "Bearer ";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;
  private final RouteTable routes;
  private final DeviceAccess devices;
  private final AdminTokens operators;
  private final RequestLimits limits;
  private final RequestMetrics metrics;

  public Dispatcher(
      Vertx vertx,
      RouteTable routes,
      DeviceAccess devices,
      AdminTokens operators,
      RequestLimits limits,
      RequestMetrics metrics) {
    this.vertx = vertx;
    this.routes = routes;
    this.devices = devices;
    this.operators = operators;
    this.limits = limits;
    this.metrics = metrics;
  }

  /**
   * Serves a request; {@code over} runs once, when its response is sent or its connection is gone.
   */
  public void serve(HttpServerRequest request, Runnable over) {
    request.pause();
    Outcome outcome = new Outcome(metrics, over);
    request.response().closeHandler(ignored -> outcome.gone());
    request.response().exceptionHandler(ignored -> outcome.gone());
    answer(request, outcome)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                write(request, result.result(), outcome);
              } else {
                refuse(request, Problem.of(result.cause()), outcome);
              }
            });
  }

  /** A request that is no HTTP we can read; HTTP/1.1 only, HTTP/2 resets the stream by itself. */
  public void serveInvalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Problem problem =
        switch (cause) {
          case TooLongHttpLineException e ->
              Problem.of(
                      RejectReason.BAD_PARAMETER,
                      "the request line is longer than " + limits.requestLineBytes() + " bytes")
                  .withStatus(414);
          case TooLongHttpHeaderException e ->
              Problem.of(
                      RejectReason.BAD_HEADER,
                      "the headers are longer than " + limits.headerBytes() + " bytes")
                  .withStatus(431);
          case null, default -> Problem.of(RejectReason.BAD_HEADER, "the request is not HTTP");
        };
    Outcome outcome = new Outcome(metrics, () -> {});
    HttpServerResponse response = request.response().putHeader(HttpHeaders.CONNECTION, "close");
    send(request, response, problem)
        .onComplete(
            sent -> {
              outcome.rejected(problem.reason());
              request.connection().close();
            });
  }

  private Future<Answer> answer(HttpServerRequest request, Outcome outcome) {
    try {
      return switch (routes.match(request.method(), path(request))) {
        case RouteTable.Match.Found(Route route, Map<String, String> parameters) -> {
          outcome.route = route.path();
          Exchange exchange = new Exchange(vertx, limits, request, parameters);
          outcome.exchange = exchange;
          yield admit(route, exchange);
        }
        case RouteTable.Match.OtherMethods(var allowed) ->
            Future.failedFuture(
                new RefusedException(
                    Problem.of(
                            RejectReason.METHOD_NOT_ALLOWED,
                            "expected " + String.join(" or ", allowed))
                        .withHeader("Allow", String.join(", ", allowed))));
        case RouteTable.Match.Nothing() ->
            Future.failedFuture(
                new RejectedException(RejectReason.NOT_FOUND, "nothing is at this path"));
      };
    } catch (RejectedException | RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static String path(HttpServerRequest request) throws RejectedException {
    String path = request.path();
    if (path == null) {
      throw new RejectedException(RejectReason.BAD_PARAMETER, "the request has no path");
    }
    return path;
  }

  private Future<Answer> admit(Route route, Exchange exchange) throws RejectedException {
    return switch (route) {
      case Route.Open open -> open.endpoint().answer(exchange);
      case Route.ForDevices known ->
          known.endpoint().answer(exchange, devices.authenticate(bearer(exchange.request())));
      case Route.ForOperators known -> {
        operators.check(bearer(exchange.request()));
        yield known.endpoint().answer(exchange);
      }
    };
  }

  private static String bearer(HttpServerRequest request) throws RejectedException {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      throw new RejectedException(
          RejectReason.MISSING_AUTHORIZATION, "expected 'Authorization: Bearer' with a token");
    }
    if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new RejectedException(
          RejectReason.BAD_TOKEN, "expected the authorization scheme Bearer");
    }
    return header.substring(BEARER.length()).strip();
  }

  private void write(HttpServerRequest request, Answer answer, Outcome outcome) {
    if (answer instanceof Answer.Written || request.response().closed()) {
      outcome.accepted();
      drain(request);
      return;
    }
    HttpServerResponse response = request.response();
    boolean repeated = answer instanceof Answer.Repeated;
    Future<Void> sent =
        switch (answer instanceof Answer.Repeated(Answer again) ? again : answer) {
          case Answer.Message(int status, byte[] body) ->
              send(request, status, Exchange.PROTOBUF, Buffer.buffer(body));
          case Answer.Document(int status, var json) ->
              send(request, status, "application/json", Buffer.buffer(json.toString()));
          case Answer.Text(int status, String type, String body) ->
              send(request, status, type, Buffer.buffer(body));
          case Answer.Empty(int status, var headers) -> {
            headers.forEach(response::putHeader);
            yield inTime(request, 0, response.setStatusCode(status).end());
          }
          case Answer.Repeated nested ->
              Future.failedFuture(new IllegalStateException("repeated twice: " + nested));
          case Answer.Written() -> Future.succeededFuture();
        };
    sent.onComplete(
        ignored -> {
          if (repeated) {
            outcome.repeated();
          } else {
            outcome.accepted();
          }
        });
    drain(request);
  }

  private void refuse(HttpServerRequest request, Problem problem, Outcome outcome) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      outcome.discarded();
      return;
    }
    if (response.headWritten()) { // too late for a problem: what was begun must not look complete
      outcome.discarded();
      request.connection().close();
      return;
    }
    send(request, response, problem).onComplete(ignored -> outcome.rejected(problem.reason()));
    drain(request);
  }

  private Future<Void> send(
      HttpServerRequest request, HttpServerResponse response, Problem problem) {
    problem.headers().forEach(response::putHeader);
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> response.putHeader("Retry-After", Long.toString(seconds)));
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer realm=\"tributary\"");
    }
    return send(request, problem.status(), Problem.CONTENT_TYPE, bytes(problem));
  }

  private static Buffer bytes(Problem problem) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(problem.toJson()));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return Buffer.buffer("{}".getBytes(StandardCharsets.UTF_8));
    }
  }

  private Future<Void> send(HttpServerRequest request, int status, String type, Buffer body) {
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONTENT_TYPE, type)
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    return inTime(
        request,
        body.length(),
        request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body));
  }

  private Future<Void> inTime(HttpServerRequest request, long bytes, Future<Void> sent) {
    return SendDeadline.watch(vertx, request, limits.transferTime(bytes), sent);
  }

  /**
   * Lets the rest of a body pass by unread, for a while: closing at once would destroy the answer
   * on its way.
   */
  private void drain(HttpServerRequest request) {
    if (request.isEnded()) {
      if (request.version()
          != HttpVersion.HTTP_2) { // an ended stream of HTTP/2 refuses it, and needs it not
        request.resume();
      }
      return;
    }
    long timer = vertx.setTimer(DRAIN_MILLIS, ignored -> SendDeadline.cutOff(request));
    request.handler(ignored -> {});
    request.endHandler(ignored -> vertx.cancelTimer(timer));
    request.exceptionHandler(ignored -> vertx.cancelTimer(timer));
    request.resume();
  }

  /** How a request ended: the first word counts. */
  private static final class Outcome {
    private final RequestMetrics metrics;
    private final Runnable over;
    private final long startedNanos = System.nanoTime();
    private boolean told;
    private @Nullable String route;
    private @Nullable Exchange exchange;

    Outcome(RequestMetrics metrics, Runnable over) {
      this.metrics = metrics;
      this.over = over;
    }

    void accepted() {
      tell("accepted", "");
    }

    void repeated() {
      tell("discarded", "repeated");
    }

    void gone() {
      Exchange waiting = exchange;
      if (!told && waiting != null) {
        waiting.gone();
      }
      discarded();
    }

    void discarded() {
      tell("discarded", "gone");
    }

    void rejected(RejectReason reason) {
      tell("rejected", reason.code());
    }

    private void tell(String outcome, String reason) {
      if (!told) {
        told = true;
        metrics.count(
            route == null ? "none" : route, outcome, reason, System.nanoTime() - startedNanos);
        over.run();
      }
    }
  }
}
