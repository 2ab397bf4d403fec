package dev.tributary.client.transport.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.client.transport.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemDocumentTest {

  private static final String GOOD =
      "{\"type\":\"urn:tributary:problem:overloaded\",\"title\":\"Overloaded\",\"status\":503,"
          + "\"detail\":\"come later\",\"code\":\"overloaded\",\"retryAfterMillis\":1500,\"more\":{\"a\":[1,2]}}";

  private static ProblemDocument read(int status, Map<String, String> headers, String body) {
    return ProblemDocument.read(
        new ResponseHead(status, headers), body.getBytes(StandardCharsets.UTF_8));
  }

  private static ProblemDocument read(String body) {
    return read(400, Map.of("Content-Type", "application/problem+json"), body);
  }

  @Test
  void problemDocument_givesItsCodeDetailAndDelay() {
    assertThat(read(GOOD))
        .isEqualTo(
            new ProblemDocument("overloaded", "come later", Optional.of(Duration.ofMillis(1500))));
  }

  @ParameterizedTest
  @EnumSource
  void everyKnownCode_isRecognised(RejectReason reason) {
    assertThat(read("{\"code\":\"" + reason.code() + "\"}").reason()).contains(reason);
  }

  @Test
  void unknownCode_isKept_andHasNoReason() {
    ProblemDocument problem = read("{\"code\":\"from-the-future\",\"title\":\"Something new\"}");
    assertThat(problem.code()).isEqualTo("from-the-future");
    assertThat(problem.reason()).isEmpty();
    assertThat(problem.detail()).isEqualTo("Something new");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>",
        "{\"code\":17}",
        "{\"code\":\"NOT KEBAB\"}",
        "{\"code\":\"",
        "\u0000"
      })
  void anythingElse_isAProblemNamedByItsStatus(String body) {
    assertThat(read(body).code()).isEqualTo("http-400");
  }

  @Test
  void bodyOfAnotherType_isNotRead() {
    ProblemDocument problem = read(502, Map.of("Content-Type", "text/html"), GOOD);
    assertThat(problem).isEqualTo(new ProblemDocument("http-502", "", Optional.empty()));
  }

  @Test
  void retryAfterHeader_countsWhenTheDocumentSaysNothing() {
    Map<String, String> headers =
        Map.of("Content-Type", "application/problem+json", "Retry-After", " 120 ");
    assertThat(read(503, headers, "{}").retryAfter()).contains(Duration.ofMinutes(2));
    assertThat(read(503, headers, GOOD).retryAfter()).contains(Duration.ofMillis(1500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "Wed, 21 Oct 2099 07:28:00 GMT", "1e9", "99999999999999999999"})
  void otherRetryAfter_isIgnored(String value) {
    assertThat(read(503, Map.of("Retry-After", value), "").retryAfter()).isEmpty();
  }

  @Test
  void absurdDelay_isCutToAWeek() {
    assertThat(read(503, Map.of("Retry-After", "999999999999"), "").retryAfter())
        .contains(Duration.ofDays(7));
    assertThat(read("{\"retryAfterMillis\":9223372036854775807}").retryAfter())
        .contains(Duration.ofDays(7));
    assertThat(read("{\"retryAfterMillis\":92233720368547758079223372036854775807}").retryAfter())
        .isEmpty();
    assertThat(read("{\"retryAfterMillis\":-1}").retryAfter()).isEmpty();
  }

  @Test
  void detail_isBoundedAndCannotSteerATerminal() {
    ProblemDocument problem =
        read("{\"detail\":\"\\u001b[31mred\\r\\n\\u202egnp" + "x".repeat(5000) + "\"}");
    assertThat(problem.detail()).hasSizeLessThanOrEqualTo(512).startsWith("[31mredgnpxxx");
  }

  @Property(tries = 2000)
  void randomBytes_giveAProblem_neverAnException(@ForAll byte[] body, @ForAll boolean typed) {
    var head =
        new ResponseHead(
            500, typed ? Map.of("Content-Type", "application/problem+json") : Map.of());
    assertWellFormed(ProblemDocument.read(head, body));
  }

  @Property(tries = 5000)
  void mutatedDocuments_giveAProblem_neverAnException(@ForAll long seed) {
    var random = new Random(seed);
    byte[] body = GOOD.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(8); i >= 0; i--) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    var head = new ResponseHead(400, Map.of("Content-Type", "application/problem+json"));
    assertWellFormed(ProblemDocument.read(head, body));
  }

  @Test
  void deepNesting_isReadInConstantStack() {
    assertWellFormed(
        read("{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + ",\"code\":\"late\"}"));
  }

  private static void assertWellFormed(ProblemDocument problem) {
    assertThat(problem.code()).matches("[a-z0-9][a-z0-9-]{0,63}");
    assertThat(problem.detail().codePointCount(0, problem.detail().length()))
        .isLessThanOrEqualTo(512);
    assertThat(problem.retryAfter().orElse(Duration.ZERO))
        .isBetween(Duration.ZERO, Duration.ofDays(7));
  }
}
