package dev.tributary.client.transport.link;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.client.transport.ResponseHead;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a coordinator says of a refusal: the members of a problem document (RFC 9457) that a device
 * understands. Reading tolerates anything: whatever arrived instead, a device must know how to go
 * on.
 *
 * @param code kebab-case, at most 64 characters; {@code http-STATUS} when the document names none
 * @param detail for people: at most 512 characters, none of which steers a terminal
 * @param retryAfter how long to stay away, at most {@link #LONGEST_RETRY_AFTER}
 */
public record ProblemDocument(String code, String detail, Optional<Duration> retryAfter) {

  /** Longer requests to stay away are cut to this. */
  public static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(7);

  static final int MAXIMUM_BYTES = 64 * 1024;

  private static final int MAXIMUM_DETAIL_CHARS = 512;
  private static final Pattern CODE = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,18}");
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(MAXIMUM_BYTES)
                  .maxNumberLength(32)
                  .maxNameLength(256)
                  .build())
          .build();

  /**
   * The problem of a response with an error status.
   *
   * @param body at most {@link #MAXIMUM_BYTES}, anything
   */
  static ProblemDocument read(ResponseHead head, byte[] body) {
    var members = new Members();
    boolean isProblem =
        head.header("content-type")
            .filter(type -> type.startsWith("application/problem+json"))
            .isPresent();
    if (isProblem) {
      members.read(body);
    }
    Optional<Duration> retryAfter =
        members.retryAfterMillis >= 0
            ? Optional.of(Duration.ofMillis(members.retryAfterMillis))
            : head.header("retry-after")
                .map(String::strip)
                .filter(SECONDS.asMatchPredicate())
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    return new ProblemDocument(
        CODE.matcher(members.code).matches() ? members.code : "http-" + head.status(),
        printable(members.detail.isEmpty() ? members.title : members.detail),
        retryAfter.map(
            asked -> asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked));
  }

  /** The reason of that code, when this SDK knows it. */
  Optional<RejectReason> reason() {
    return RejectReason.ofCode(code);
  }

  /**
   * The coordinator's words end up in logs and terminals of the device: nothing in them may steer
   * those.
   */
  static String printable(String text) {
    var kept = new StringBuilder();
    text.codePoints()
        .filter(
            point ->
                !Character.isISOControl(point)
                    && Character.getType(point) != Character.FORMAT
                    && Character.getType(point) != Character.SURROGATE)
        .limit(MAXIMUM_DETAIL_CHARS)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static final class Members {
    private String code = "";
    private String title = "";
    private String detail = "";
    private long retryAfterMillis = -1;

    void read(byte[] body) {
      try (JsonParser parser = JSON.createParser(body)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          member(name, parser);
          parser.skipChildren();
        }
      } catch (IOException malformed) {
        // What was read before the fault is still the best explanation there is.
        return;
      }
    }

    private void member(String name, JsonParser parser) throws IOException {
      boolean text = parser.currentToken() == JsonToken.VALUE_STRING;
      if (text && name.equals("code")) {
        code = parser.getText();
      } else if (text && name.equals("title")) {
        title = parser.getText();
      } else if (text && name.equals("detail")) {
        detail = parser.getText();
      } else if (name.equals("retryAfterMillis")
          && parser.currentToken() == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        retryAfterMillis = parser.getLongValue();
      }
    }
  }
}
