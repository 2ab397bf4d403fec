package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What operators do, over HTTP. Any thread. */
record Operator(HttpClient http, URI uri, String adminToken) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data: ";

  JsonNode post(String path, String type, String body) throws IOException, InterruptedException {
    var answer =
        http.send(
            request(path)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(60))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }

  /** Makes populations until that is refused; the problem, which comes with Retry-After. */
  JsonNode postUntilRefused(String path, String prefix) throws IOException, InterruptedException {
    for (int number = 0; ; number++) {
      var answer =
          http.send(
              request(path)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"name\":\"" + prefix + number + "\"}"))
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        return JSON.readTree(answer.body());
      }
    }
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    var answer = http.send(request(path).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** A population, a task in it, and the token that devices enrol with. */
  String begin(String population, String task) throws IOException, InterruptedException {
    post("/api/v1/populations", "application/json", "{\"name\":\"" + population + "\"}");
    post("/api/v1/tasks", "application/yaml", task);
    return post(
            "/api/v1/tokens",
            "application/json",
            "{\"population\":\"" + population + "\",\"uses\":1000,\"expiresInSeconds\":86400}")
        .path("token")
        .asText();
  }

  /** Waits until a round of the task is in such a state; the stream begins with the one of now. */
  JsonNode awaitRound(String task, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    var answer = http.send(request("/api/v1/events?task=" + task).build(), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    try (Stream<String> lines = answer.body()) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        if (line.startsWith(DATA)) {
          JsonNode round = JSON.readTree(line.substring(DATA.length()));
          if (wanted.test(round)) {
            return round;
          }
        }
      }
    }
    throw new IOException("the stream of rounds ended");
  }

  /** Waits until a later round than this is published. */
  JsonNode awaitPublishedAfter(String task, long number) throws IOException, InterruptedException {
    return awaitRound(
        task,
        round ->
            round.path("number").asLong() > number
                && round.path("state").asText().equals("Published"));
  }

  /** Waits until this round has ended: its stream ends then. */
  void awaitEnd(String round) throws IOException, InterruptedException {
    var answer =
        http.send(
            request("/api/v1/rounds/" + round + "/events").build(), BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri.resolve(path))
        .header("Authorization", "Bearer " + adminToken);
  }
}
