package dev.tributary.simulations.bench.fuzz.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What an operator asks of the coordinator that is fuzzed, as operators should. */
public record AdminCalls(HttpClient http, URI coordinator, String token) {

  /** Creates a population with a task, and gives a token for {@code devices} of them. */
  public String population(String name, String task, int devices)
      throws IOException, InterruptedException {
    post("/api/v1/populations", "{\"name\":\"" + name + "\"}");
    post("/api/v1/tasks", task);
    return post(
            "/api/v1/tokens",
            "{\"population\":\"" + name + "\",\"uses\":" + devices + ",\"expiresInSeconds\":86400}")
        .path("token")
        .asText();
  }

  JsonNode post(String path, String json) throws IOException, InterruptedException {
    return answered(
        path,
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** What is at a path. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return answered(path, request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(coordinator.resolve(path))
        .header("Authorization", "Bearer " + token);
  }

  private JsonNode answered(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(path + " was answered " + answer.statusCode() + ": " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }
}
