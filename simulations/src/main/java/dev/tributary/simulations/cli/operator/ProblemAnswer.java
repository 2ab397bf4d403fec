package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A response that is not a success, on its way out of the HTTP client. */
final class ProblemAnswer extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final int status;
  private final String body;

  ProblemAnswer(int status, String body) {
    super("status " + status, null, false, false);
    this.status = status;
    this.body = body;
  }

  /**
   * Not allowed is 4; a request that is wrong in itself is 2; everything else is work that failed.
   */
  CommandFailedException asFailure() {
    String message = detail();
    return switch (status) {
      case 401, 403 -> CommandFailedException.refused("refused: " + message);
      case 400, 413, 415, 422 -> CommandFailedException.wrongUsage(message);
      default -> CommandFailedException.failed(message);
    };
  }

  private String detail() {
    try {
      JsonNode problem = MAPPER.readTree(body);
      if (problem.path("detail").isTextual()) {
        return problem.path("detail").asText() + " (" + problem.path("code").asText() + ")";
      }
    } catch (JsonProcessingException e) {
      return "the coordinator answered with status " + status;
    }
    return "the coordinator answered with status " + status;
  }
}
