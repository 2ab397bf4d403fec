package dev.tributary.simulations.chaos.door;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * An answer of the coordinator.
 *
 * @param headers by name as sent
 */
public record Response(int status, Map<String, String> headers, Request.Bytes body) {
  private static final byte[] NOTHING = {};

  /** A message with this status. */
  public static Response message(int status, byte[] protobuf) {
    return new Response(
        status, Map.of("Content-Type", "application/x-protobuf"), new Request.Bytes(protobuf));
  }

  static Response empty(int status, Map<String, String> headers) {
    return new Response(status, headers, new Request.Bytes(NOTHING));
  }

  /** An answer of 2xx. */
  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** A refusal that brings more headers along. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectReason reason;
    private final transient Map<String, String> headers;

    Refusal(RejectReason reason, String detail, Map<String, String> headers) {
      super(detail, null, false, false);
      this.reason = reason;
      this.headers = headers;
    }
  }

  /**
   * What a failure is told as: a problem document, as the routes over HTTP write it.
   *
   * @param retryMillis how long to stay away where waiting helps
   */
  static Response refusal(Throwable cause, long retryMillis) {
    return switch (cause) {
      case RejectedException e -> problem(e.reason(), e.detail(), Map.of(), retryMillis);
      case Refusal e -> problem(e.reason, String.valueOf(e.getMessage()), e.headers, retryMillis);
      case StoreException e when e.refusal().isPresent() ->
          problem(e.refusal().get().reason(), "", Map.of(), retryMillis);
      default -> problem(RejectReason.INTERNAL, "a defect", Map.of(), retryMillis);
    };
  }

  private static Response problem(
      RejectReason reason, String detail, Map<String, String> headers, long retryMillis) {
    int status = reason.httpStatus();
    String retry = status == 503 ? ",\"retryAfterMillis\":" + retryMillis : "";
    String json =
        "{\"code\":\"%s\",\"detail\":\"%s\"%s}"
            .formatted(reason.code(), detail.replaceAll("[\"\\\\]", "'"), retry);
    var all = new HashMap<>(headers);
    all.put("Content-Type", "application/problem+json");
    return new Response(status, all, new Request.Bytes(json.getBytes(StandardCharsets.UTF_8)));
  }
}
