package dev.tributary.coordinator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.store.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A refusal as a problem document (RFC 9457). Says what was wrong with the request; of a defect of
 * ours it says nothing but that there was one.
 *
 * @param status of the response, mostly that of the reason
 * @param headers to send along
 */
public record Problem(
    RejectReason reason,
    int status,
    String detail,
    OptionalLong retryAfterMillis,
    Map<String, String> headers) {

  static final String CONTENT_TYPE = "application/problem+json";

  private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
  private static final long SHORTEST_RETRY_MILLIS = 1_000;
  private static final long LONGEST_RETRY_MILLIS = 5_000;

  public Problem {
    headers = Map.copyOf(headers);
  }

  public static Problem of(RejectReason reason, String detail) {
    return new Problem(reason, reason.httpStatus(), detail, retry(reason.httpStatus()), Map.of());
  }

  static Problem of(Throwable cause) {
    return switch (cause) {
      case RejectedException rejected -> of(rejected.reason(), rejected.detail());
      case RefusedException refused -> refused.problem();
      case StoreException store when store.refusal().isPresent() ->
          of(store.refusal().get().reason(), store.refusal().get().detail());
      default -> defect(cause);
    };
  }

  private static Problem defect(Throwable cause) {
    LOG.error("a request failed on a defect", cause);
    return of(RejectReason.INTERNAL, "the coordinator has a defect; its log says which");
  }

  /** Spread out, so that those who are sent away together do not come back together. */
  private static OptionalLong retry(int status) {
    return status == 429 || status == 503
        ? OptionalLong.of(
            ThreadLocalRandom.current().nextLong(SHORTEST_RETRY_MILLIS, LONGEST_RETRY_MILLIS))
        : OptionalLong.empty();
  }

  Problem withStatus(int otherStatus) {
    return new Problem(reason, otherStatus, detail, retryAfterMillis, headers);
  }

  /** The same with one more header. */
  public Problem withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(reason, status, detail, retryAfterMillis, more);
  }

  /** Seconds for {@code Retry-After}, rounded up. */
  OptionalLong retryAfterSeconds() {
    return retryAfterMillis.isPresent()
        ? OptionalLong.of(Math.ceilDiv(retryAfterMillis.getAsLong(), 1000L))
        : OptionalLong.empty();
  }

  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "urn:tributary:problem:" + reason.code())
            .put("title", title())
            .put("status", status)
            .put("detail", detail)
            .put("code", reason.code());
    retryAfterMillis.ifPresent(millis -> json.put("retryAfterMillis", millis));
    return json;
  }

  private String title() {
    String words = reason.code().replace('-', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
