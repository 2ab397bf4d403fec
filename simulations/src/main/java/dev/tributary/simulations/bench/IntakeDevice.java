package dev.tributary.simulations.bench;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A device without a trainer: takes its place in a round and uploads what it is given. One thread.
 */
final class IntakeDevice {

  private static final long MOST_SECONDS = 300;
  private static final String PROTOBUF = "application/x-protobuf";

  private final HttpClient http;
  private final URI coordinator;
  private final PopulationName population;
  private final DeviceKeyPair keys;
  private final SecureRandom random;
  private String session = "";

  IntakeDevice(HttpClient http, URI coordinator, PopulationName population, SecureRandom random) {
    this.http = http;
    this.coordinator = coordinator;
    this.population = population;
    this.random = random;
    this.keys = DeviceKeyPair.generate(random);
  }

  /** Enrols, opens a session and checks in until the coordinator gives it a place. */
  RoundId join(BearerToken token) throws IOException, InterruptedException, RejectedException {
    SdkVersion version = SdkVersion.of("1.0.0");
    post(
        "/v1/devices",
        EnrolRequest.signed(VersionRange.SUPPORTED, population, token, keys, version).encode());
    var id = DeviceId.of(keys.publicKey());
    Challenge challenge =
        Challenge.decode(post("/v1/challenges", new ChallengeRequest(id).encode()));
    session =
        SessionResponse.decode(
                post(
                    "/v1/sessions",
                    SessionRequest.signed(VersionRange.SUPPORTED, challenge.nonce(), keys)
                        .encode()))
            .token()
            .text(InsecureSecretAccess.get());
    CheckIn checkIn = new CheckIn(population, version, 1, Map.of(), List.of("java"));
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (System.nanoTime() < deadlineNanos) {
      CheckInAnswer answer = CheckInAnswer.decode(post("/v1/check-ins", checkIn.encode()));
      if (answer instanceof CheckInAnswer.Assigned assigned) {
        return assigned.roundId();
      }
      if (answer instanceof CheckInAnswer.ComeBack later) {
        Thread.sleep(Math.clamp(later.minDelayMillis(), 1, 1000));
      }
    }
    throw new IOException("the device got no place in a round within " + MOST_SECONDS + " s");
  }

  /** Waits for the manifest of its round. */
  RoundManifest manifest(RoundId round)
      throws IOException, InterruptedException, RejectedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (System.nanoTime() < deadlineNanos) {
      HttpResponse<byte[]> answer =
          send(request("/v1/rounds/" + round + "/manifest?wait=30").GET().build());
      if (answer.statusCode() == 200) {
        return RoundManifest.decode(answer.body());
      }
    }
    throw new IOException("the round had no manifest within " + MOST_SECONDS + " s");
  }

  /** Uploads the packed vector; returns when it is counted. */
  void upload(RoundId round, byte[] packed, byte[] sha256)
      throws IOException, InterruptedException {
    byte[] id = new byte[16];
    random.nextBytes(id);
    send(
        request("/v1/rounds/" + round + "/uploads/" + HexFormat.of().formatHex(id))
            .header("Upload-Length", Integer.toString(packed.length))
            .header("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":")
            .PUT(BodyPublishers.ofByteArray(packed))
            .build());
  }

  private byte[] post(String path, byte[] message) throws IOException, InterruptedException {
    return send(request(path)
            .header("Content-Type", PROTOBUF)
            .POST(BodyPublishers.ofByteArray(message))
            .build())
        .body();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(coordinator.resolve(path));
    return session.isEmpty() ? request : request.header("Authorization", "Bearer " + session);
  }

  /**
   * Again and again when the coordinator has no room now; any other refusal ends the measurement.
   */
  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (System.nanoTime() < deadlineNanos) {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() / 100 == 2) {
        return answer;
      }
      if (answer.statusCode() != 503) {
        throw new IOException(
            request.method()
                + " "
                + request.uri().getPath()
                + " was answered "
                + answer.statusCode()
                + ": "
                + new String(answer.body(), StandardCharsets.UTF_8));
      }
      Thread.sleep(TimeUnit.SECONDS.toMillis(1));
    }
    throw new IOException("the coordinator had no room for " + MOST_SECONDS + " s");
  }
}
