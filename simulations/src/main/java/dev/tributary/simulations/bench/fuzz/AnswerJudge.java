package dev.tributary.simulations.bench.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.simulations.bench.fuzz.Fault.Kind;
import dev.tributary.simulations.bench.fuzz.mutate.Delivery;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says whether an answer is one that {@code docs/protocol.md} and {@code docs/coordinator.md}
 * declare: a success, or a refusal as a problem document whose code goes with its status. Nobody
 * overloads the coordinator here, so 503 is a fault like any other 5xx. Any thread.
 */
final class AnswerJudge {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROBLEM = "application/problem+json";
  private static final Set<Integer> SUCCESS = Set.of(200, 201, 204, 206, 304);

  /** Codes that also travel under a status of their own. */
  private static final Map<Integer, String> OTHER_STATUS =
      Map.of(408, "body-incomplete", 414, "bad-parameter", 431, "bad-header");

  private AnswerJudge() {}

  /** What is wrong with the answer, if anything. */
  static Optional<Fault> fault(RawRequest request, RawAnswer answer) {
    int status = answer.status();
    if (status >= 500) {
      return fault(Kind.SERVER_ERROR, "status " + status + ": " + answer.text());
    }
    if (SUCCESS.contains(status) || (status == 101 && request.has("Upgrade"))) {
      return Optional.empty();
    }
    if (status < 400) {
      return fault(Kind.UNDECLARED, "status " + status + " is not declared");
    }
    return request.method().equals("HEAD") ? headed(answer) : refusal(answer);
  }

  /** What is wrong with a connection that ended without an answer. */
  static Optional<Fault> silence(RawRequest request) {
    return request.delivery() == Delivery.CUT_OFF
        ? Optional.empty()
        : fault(Kind.UNDECLARED, "the connection ended without an answer");
  }

  static Optional<Fault> fault(Kind kind, String what) {
    return Optional.of(new Fault(kind, what));
  }

  /** A refusal of HEAD: what would have described it is left out. */
  private static Optional<Fault> headed(RawAnswer answer) {
    return answer.header("content-type").orElse("").equals(PROBLEM)
        ? Optional.empty()
        : fault(Kind.UNDECLARED, "status " + answer.status() + " without " + PROBLEM);
  }

  private static Optional<Fault> refusal(RawAnswer answer) {
    String type = answer.header("content-type").orElse("none");
    if (!type.equals(PROBLEM)) {
      return fault(
          Kind.UNDECLARED,
          "status " + answer.status() + " with content type " + type + ": " + answer.text());
    }
    JsonNode problem;
    try {
      problem = JSON.readTree(answer.body());
    } catch (IOException e) {
      return fault(Kind.UNDECLARED, "the problem document is not JSON: " + answer.text());
    }
    String code = problem.path("code").asText();
    boolean declared =
        code.equals(OTHER_STATUS.get(answer.status()))
            || RejectReason.ofCode(code)
                .filter(reason -> reason.httpStatus() == answer.status())
                .isPresent();
    boolean whole =
        problem.path("status").asInt() == answer.status()
            && problem.path("type").asText().endsWith(code)
            && !problem.path("title").asText().isEmpty()
            && !problem.path("detail").asText().isEmpty();
    return declared && whole
        ? Optional.empty()
        : fault(Kind.UNDECLARED, "status " + answer.status() + " with " + answer.text());
  }
}
