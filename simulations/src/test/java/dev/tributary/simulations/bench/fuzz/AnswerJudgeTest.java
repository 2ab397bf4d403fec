package dev.tributary.simulations.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.bench.fuzz.Fault.Kind;
import dev.tributary.simulations.bench.fuzz.mutate.Choices;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest.Header;
import dev.tributary.simulations.bench.fuzz.mutate.RequestMutator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle of the fuzzer finds what is wrong, and nothing where nothing is. */
final class AnswerJudgeTest {

  private static final RawRequest GET = RawRequest.of("GET", "/v1/x", List.of(), new byte[0]);

  private static Optional<Kind> kind(RawRequest request, String answer) throws IOException {
    var in = new ByteArrayInputStream(answer.getBytes(StandardCharsets.ISO_8859_1));
    return AnswerJudge.fault(
            request, new AnswerReader(in).next(request.method().equals("HEAD")).orElseThrow())
        .map(Fault::kind);
  }

  private static String problem(int status, String code, int said) {
    String body =
        "{\"type\":\"urn:tributary:problem:"
            + code
            + "\",\"title\":\"T\",\"status\":"
            + said
            + ",\"detail\":\"d\",\"code\":\""
            + code
            + "\"}";
    return "HTTP/1.1 "
        + status
        + " X\r\ncontent-type: application/problem+json\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 206, 304})
  void success_isDeclared(int status) throws IOException {
    assertThat(kind(GET, "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n")).isEmpty();
  }

  @Test
  void problemWithItsStatus_isDeclared() throws IOException {
    assertThat(kind(GET, problem(404, "not-found", 404))).isEmpty();
    assertThat(kind(GET, problem(408, "body-incomplete", 408))).isEmpty();
    assertThat(kind(GET, problem(431, "bad-header", 431))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 502, 503})
  void serverError_isFound_alsoAsAProblem(int status) throws IOException {
    assertThat(kind(GET, problem(status, "internal", status))).contains(Kind.SERVER_ERROR);
  }

  @Test
  void problemOfAnotherStatusOrCode_isFound() throws IOException {
    assertThat(kind(GET, problem(400, "not-found", 400))).contains(Kind.UNDECLARED);
    assertThat(kind(GET, problem(404, "not-found", 400))).contains(Kind.UNDECLARED);
    assertThat(kind(GET, problem(404, "no-such-code", 404))).contains(Kind.UNDECLARED);
  }

  @Test
  void refusalThatIsNoProblem_isFound_alsoToHead() throws IOException {
    String plain = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    assertThat(kind(GET, plain)).contains(Kind.UNDECLARED);
    assertThat(kind(RawRequest.of("HEAD", "/", List.of(), new byte[0]), plain))
        .contains(Kind.UNDECLARED);
  }

  @Test
  void redirectAndUnaskedUpgrade_areFound() throws IOException {
    assertThat(kind(GET, "HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n")).contains(Kind.UNDECLARED);
    assertThat(kind(GET, "HTTP/1.1 101 X\r\n\r\n")).contains(Kind.UNDECLARED);
  }

  @Test
  void oneRequest_followsFromSeedAndNumber() {
    var valid =
        RawRequest.of(
            "POST",
            "/v1/check-ins",
            List.of(new Header("Authorization", "Bearer x")),
            new byte[] {8, 1, 18, 3, 'a', 'b', 'c'});
    var mutator =
        new RequestMutator(List.of("/v1/a/b"), List.of("Bearer y"), List.of(new byte[] {1, 2, 3}));
    for (long index = 0; index < 500; index++) {
      byte[] once = mutator.mutate(valid, false, Choices.of(7, index)).bytes();
      assertThat(mutator.mutate(valid, false, Choices.of(7, index)).bytes())
          .as("request %d", index)
          .isEqualTo(once);
    }
    assertThat(mutator.mutate(valid, true, Choices.of(7, 1)).bytes())
        .isNotEqualTo(mutator.mutate(valid, true, Choices.of(8, 1)).bytes());
  }
}
