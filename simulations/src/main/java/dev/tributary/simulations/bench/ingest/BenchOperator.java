package dev.tributary.simulations.bench.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.simulations.bench.CoordinatorProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** The operator of a coordinator that is measured. */
public final class BenchOperator {
  private static final int LARGEST_TOKEN_BYTES = 1024;

  private final URI coordinator;
  private final HttpClient http;
  private final String admin;

  private BenchOperator(URI coordinator, HttpClient http, String admin) {
    this.coordinator = coordinator;
    this.http = http;
    this.admin = admin;
  }

  public static BenchOperator of(CoordinatorProcess coordinator, HttpClient http)
      throws IOException {
    byte[] token = OwnerOnlyFile.read(coordinator.adminTokenFile(), LARGEST_TOKEN_BYTES);
    return new BenchOperator(
        coordinator.uri(), http, new String(token, StandardCharsets.US_ASCII).strip());
  }

  /** Value of the authorization header. */
  String authorization() {
    return "Bearer " + admin;
  }

  public void createPopulation(PopulationName name) throws IOException, InterruptedException {
    ask("/api/v1/populations", "{\"name\":\"" + name + "\"}");
  }

  /** A token for so many devices. */
  public BearerToken createToken(PopulationName population, int uses)
      throws IOException, InterruptedException {
    String order =
        "{\"population\":\"" + population + "\",\"uses\":" + uses + ",\"expiresInSeconds\":3600}";
    return BearerToken.of(ask("/api/v1/tokens", order).path("token").asText());
  }

  /**
   * Posts a document.
   *
   * @throws IOException when the answer is no success
   */
  public JsonNode ask(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(coordinator.resolve(path))
                .header("Authorization", authorization())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(path + " was answered " + answer.statusCode() + ": " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }
}
