package dev.tributary.coordinator.http.device;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Problem;
import dev.tributary.coordinator.http.RefusedException;
import dev.tributary.coordinator.http.SendDeadline;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Models by digest, sent from their file by the operating system where TLS does not forbid it. A
 * digest names the same bytes for ever, so it is the strong entity tag, and what is known of a file
 * never has to be looked up again.
 */
public final class ModelDownload {

  private static final int REMEMBERED_FILES = 1024;
  private static final String TYPE = "application/octet-stream";

  private record ModelFile(Path path, long bytes) {}

  private final Function<ModelDigest, Optional<Path>> files;
  private final Map<ModelDigest, ModelFile> known = new ConcurrentHashMap<>();
  private final Counter sentBytes;

  /**
   * Serves the files that {@code files} finds.
   *
   * @param files the file of a model; may block
   */
  public ModelDownload(Function<ModelDigest, Optional<Path>> files, MeterRegistry registry) {
    this.files = files;
    this.sentBytes =
        Counter.builder("tributary.download.bytes")
            .description("Bytes of models that were sent")
            .baseUnit("bytes")
            .register(registry);
  }

  /** Sends the model that the path names. */
  public Future<Answer> answer(Exchange exchange) throws RejectedException {
    ModelDigest digest = digest(exchange);
    ModelFile file = known.get(digest);
    if (file != null) {
      return send(exchange, digest, file);
    }
    return exchange
        .vertx()
        .executeBlocking(() -> find(digest), false)
        .map(Objects::requireNonNull)
        .compose(found -> send(exchange, digest, found));
  }

  static ModelDigest digest(Exchange exchange) throws RejectedException {
    try {
      return new ModelDigest(exchange.parameter("digest"));
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          RejectReason.BAD_PARAMETER, "a model is named by 64 lower-case hexadecimal digits");
    }
  }

  static RejectedException unknown(ModelDigest digest) {
    return new RejectedException(RejectReason.NOT_FOUND, "there is no model " + digest);
  }

  private ModelFile find(ModelDigest digest) throws Exception {
    Optional<Path> path = files.apply(digest);
    if (path.isEmpty()) {
      throw unknown(digest);
    }
    ModelFile file = new ModelFile(path.get(), Files.size(path.get()));
    if (known.size() >= REMEMBERED_FILES) {
      known.clear();
    }
    known.put(digest, file);
    return file;
  }

  private Future<Answer> send(Exchange exchange, ModelDigest digest, ModelFile file) {
    String tag = "\"" + digest + "\"";
    var request = exchange.request();
    if (names(request.getHeader("If-None-Match"), tag)) {
      return Future.succeededFuture(new Answer.Empty(304, caching(tag)));
    }
    String ifRange = request.getHeader("If-Range");
    String range =
        ifRange == null || ifRange.strip().equals(tag) ? request.getHeader("Range") : null;
    return switch (ByteRange.of(range, file.bytes)) {
      case ByteRange.Whole() -> send(exchange, file, 200, 0, file.bytes, tag);
      case ByteRange.Part part -> {
        request
            .response()
            .putHeader(
                HttpHeaders.CONTENT_RANGE,
                "bytes " + part.first() + "-" + part.last() + "/" + file.bytes);
        yield send(exchange, file, 206, part.first(), part.lengthBytes(), tag);
      }
      case ByteRange.Unsatisfiable() ->
          Future.failedFuture(
              new RefusedException(
                  Problem.of(
                          RejectReason.RANGE_NOT_SATISFIABLE,
                          "the model has " + file.bytes + " bytes")
                      .withHeader("Content-Range", "bytes */" + file.bytes)));
    };
  }

  private Future<Answer> send(
      Exchange exchange, ModelFile file, int status, long first, long bytes, String tag) {
    HttpServerResponse response = exchange.request().response().setStatusCode(status);
    caching(tag).forEach(response::putHeader);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
        .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(bytes));
    if (exchange.request().method().equals(HttpMethod.HEAD)) {
      return response.end().map(new Answer.Written());
    }
    long deadline =
        exchange
            .vertx()
            .setTimer(
                exchange.limits().transferTime(bytes).toMillis(),
                ignored -> SendDeadline.cutOff(exchange.request()));
    Promise<Answer> over = Promise.promise();
    exchange.whenGone(() -> over.tryFail(gone()));
    sendFile(response, file, first, bytes)
        .onSuccess(
            sent -> {
              sentBytes.increment((double) bytes);
              over.tryComplete(new Answer.Written());
            })
        .onFailure(cause -> over.tryFail(isGone(response, cause) ? gone() : cause));
    return over.future().onComplete(ignored -> exchange.vertx().cancelTimer(deadline));
  }

  private static Future<Void> sendFile(
      HttpServerResponse response, ModelFile file, long first, long bytes) {
    try {
      return response.sendFile(file.path.toString(), first, bytes);
    } catch (NullPointerException e) { // Vert.x throws it when the connection has just closed
      return Future.failedFuture(new ClosedChannelException());
    }
  }

  /** A connection may break before anybody is told that it has: then the write says so first. */
  private static boolean isGone(HttpServerResponse response, Throwable cause) {
    return response.closed()
        || cause instanceof ClosedChannelException
        || cause instanceof VertxException
        || (cause instanceof IOException
            && Stream.of("Broken pipe", "Connection reset")
                .anyMatch(how -> String.valueOf(cause.getMessage()).startsWith(how)));
  }

  private static RejectedException gone() {
    return new RejectedException(RejectReason.BODY_INCOMPLETE, "the device has gone");
  }

  private static Map<String, String> caching(String tag) {
    return Map.of("ETag", tag, "Cache-Control", "private, max-age=31536000, immutable");
  }

  /** Weak comparison (RFC 9110, section 13.1.2). */
  private static boolean names(@Nullable String ifNoneMatch, String tag) {
    return ifNoneMatch != null
        && Arrays.stream(ifNoneMatch.split(","))
            .map(String::strip)
            .map(value -> value.startsWith("W/") ? value.substring(2) : value)
            .anyMatch(value -> value.equals("*") || value.equals(tag));
  }
}
