package dev.tributary.coordinator.http;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request on its way through an endpoint: its parameters, and its body read within limits. The
 * body is paused until the endpoint asks for it. One event loop.
 */
public final class Exchange {

  public static final String PROTOBUF = "application/x-protobuf";
  private static final String OCTETS = "application/octet-stream";

  private final Vertx vertx;
  private final Context context;
  private final RequestLimits limits;
  private final HttpServerRequest request;
  private final Map<String, String> parameters;
  private final List<Runnable> whenGone = new ArrayList<>();

  Exchange(
      Vertx vertx,
      RequestLimits limits,
      HttpServerRequest request,
      Map<String, String> parameters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.limits = limits;
    this.request = request;
    this.parameters = parameters;
  }

  public HttpServerRequest request() {
    return request;
  }

  public RequestLimits limits() {
    return limits;
  }

  public Context context() {
    return context;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Runs {@code action} when the connection closes before the response is sent. */
  public void whenGone(Runnable action) {
    whenGone.add(action);
  }

  void gone() {
    whenGone.forEach(Runnable::run);
  }

  /** A parameter of the path. */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the route has no parameter '" + name + "'; it has " + parameters.keySet());
    }
    return value;
  }

  public RoundId round() throws RejectedException {
    return RoundId.parse(parameter("round"));
  }

  /** A parameter of the query. */
  public Optional<String> query(String name) throws RejectedException {
    try {
      return Optional.ofNullable(request.getParam(name));
    } catch (IllegalArgumentException e) { // such as %zz
      throw new RejectedException(
          RejectReason.BAD_PARAMETER,
          "the query has a percent sign without two hexadecimal digits");
    }
  }

  /** A whole number of the query in {@code [least, most]}. */
  public int query(String name, int initial, int least, int most) throws RejectedException {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return initial;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw outOfRange(name, least, most);
    }
    throw outOfRange(name, least, most);
  }

  private static RejectedException outOfRange(String name, int least, int most) {
    return new RejectedException(
        RejectReason.BAD_PARAMETER, name + " is not a whole number in " + least + ".." + most);
  }

  /** How long the device lets us think, at most what we allow. */
  public Duration wait(String name) throws RejectedException {
    return Duration.ofSeconds(query(name, 0, 0, Math.toIntExact(limits.longestWait().toSeconds())));
  }

  /** The body of a device's request. */
  public Future<byte[]> message() throws RejectedException {
    return message(limits.messageBytes());
  }

  /**
   * The body of a device's request of a kind that may be larger or smaller than most.
   *
   * @param limitBytes above it 413
   */
  public Future<byte[]> message(int limitBytes) throws RejectedException {
    requireContentType(List.of(PROTOBUF));
    return body(limitBytes);
  }

  /** The body of an operator's request. */
  public Future<byte[]> document(List<String> contentTypes) throws RejectedException {
    requireContentType(contentTypes);
    return body(limits.documentBytes());
  }

  /**
   * The body of an operator's request that is a file.
   *
   * @param limitBytes above it 413; the body is left where it is until this is known
   */
  public Future<byte[]> file(Future<Integer> limitBytes) throws RejectedException {
    requireContentType(List.of(OCTETS));
    Promise<byte[]> whole = Promise.promise();
    limitBytes.onComplete(
        limit ->
            context.runOnContext(
                ignored -> {
                  try {
                    body(limit).onComplete(whole);
                  } catch (RejectedException e) {
                    whole.fail(e);
                  }
                }),
        whole::fail);
    return whole.future();
  }

  private void requireContentType(List<String> accepted) throws RejectedException {
    String header = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!accepted.contains(type)) {
      throw new RejectedException(
          RejectReason.UNSUPPORTED_MEDIA_TYPE,
          "expected a body of type " + String.join(" or ", accepted));
    }
    requireIdentityEncoding();
  }

  /** No body is ever decompressed, so that none can swell. */
  public void requireIdentityEncoding() throws RejectedException {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new RejectedException(
          RejectReason.UNSUPPORTED_MEDIA_TYPE,
          "expected a body without content encoding, not compressed");
    }
  }

  /** The announced length of the body; -1 when it is not announced. */
  public long announcedBytes() throws RejectedException {
    String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (header == null) {
      return -1;
    }
    try {
      return Long.parseLong(header);
    } catch (NumberFormatException e) {
      throw new RejectedException(RejectReason.BAD_HEADER, "Content-Length is not a whole number");
    }
  }

  private Future<byte[]> body(int limitBytes) throws RejectedException {
    if (announcedBytes() > limitBytes) {
      throw tooLarge(limitBytes);
    }
    Promise<byte[]> whole = Promise.promise();
    Duration longest =
        announcedBytes() > limits.messageBytes()
            ? limits.body().plus(limits.transferTime(announcedBytes()))
            : limits.body();
    long deadline =
        vertx.setTimer(
            longest.toMillis(), ignored -> whole.tryFail(new RefusedException(tooSlow(longest))));
    Buffer received = Buffer.buffer();
    request.handler(
        chunk -> {
          if (received.length() + chunk.length() > limitBytes) {
            whole.tryFail(tooLarge(limitBytes));
          } else if (!whole.future().isComplete()) {
            received.appendBuffer(chunk);
          }
        });
    request.endHandler(ignored -> whole.tryComplete(received.getBytes()));
    request.exceptionHandler(
        ignored -> // a connection that breaks is no defect of ours
        whole.tryFail(
                new RejectedException(
                    RejectReason.BODY_INCOMPLETE, "the connection ended before the body did")));
    continueIfAsked();
    request.resume();
    return whole.future().onComplete(ignored -> vertx.cancelTimer(deadline));
  }

  /** Tells a client that waits for it that its body is wanted. */
  public void continueIfAsked() {
    if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      request.response().writeContinue();
    }
  }

  /** A body that does not come fast enough: 408. */
  public static Problem tooSlow(Duration limit) {
    return Problem.of(
            RejectReason.BODY_INCOMPLETE,
            "the body did not arrive within " + limit.toMillis() + " ms")
        .withStatus(408);
  }

  private static RejectedException tooLarge(int limitBytes) {
    return new RejectedException(
        RejectReason.BODY_TOO_LARGE, "the body is larger than " + limitBytes + " bytes");
  }
}
