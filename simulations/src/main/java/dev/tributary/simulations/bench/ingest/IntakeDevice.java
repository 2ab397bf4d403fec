package dev.tributary.simulations.bench.ingest;

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
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A device without a trainer: takes its place in a round and uploads what it is given. Every method
 * is one attempt, for a {@link Retrier} to repeat when it is turned away; what has succeeded is not
 * done again. One thread at a time.
 */
public final class IntakeDevice {

  private static final long LONGEST_WAIT_MILLIS = 1000;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final SdkVersion VERSION = SdkVersion.of("1.0.0");

  private final HttpClient http;
  private final URI coordinator;
  private final PopulationName population;
  private final DeviceKeyPair keys;
  private final String uploadId;
  private boolean enrolled;
  private String session = "";

  public IntakeDevice(
      HttpClient http, URI coordinator, PopulationName population, SecureRandom random) {
    this.http = http;
    this.coordinator = coordinator;
    this.population = population;
    this.keys = DeviceKeyPair.generate(random);
    byte[] id = new byte[16];
    random.nextBytes(id);
    this.uploadId = HexFormat.of().formatHex(id);
  }

  /** Enrols and opens a session; gives its token. */
  public String enter(BearerToken token)
      throws IOException, InterruptedException, RejectedException, TurnedAwayException {
    if (!enrolled) {
      post(
          "/v1/devices",
          EnrolRequest.signed(VersionRange.SUPPORTED, population, token, keys, VERSION).encode());
      enrolled = true;
    }
    if (session.isEmpty()) {
      session = newSession();
    }
    return session;
  }

  /** Enters and asks for a place in a round. */
  RoundId join(BearerToken token)
      throws IOException, InterruptedException, RejectedException, TurnedAwayException {
    enter(token);
    CheckIn checkIn = new CheckIn(population, VERSION, 1, Map.of(), List.of("java"));
    CheckInAnswer answer = CheckInAnswer.decode(post("/v1/check-ins", checkIn.encode()));
    if (answer instanceof CheckInAnswer.ComeBack later) {
      throw new TurnedAwayException(
          later.reasonCode(),
          Duration.ofMillis(Math.clamp(later.minDelayMillis(), 1, LONGEST_WAIT_MILLIS)));
    }
    return ((CheckInAnswer.Assigned) answer).roundId();
  }

  private String newSession()
      throws IOException, InterruptedException, RejectedException, TurnedAwayException {
    var id = DeviceId.of(keys.publicKey());
    Challenge challenge =
        Challenge.decode(post("/v1/challenges", new ChallengeRequest(id).encode()));
    return SessionResponse.decode(
            post(
                "/v1/sessions",
                SessionRequest.signed(VersionRange.SUPPORTED, challenge.nonce(), keys).encode()))
        .token()
        .text(InsecureSecretAccess.get());
  }

  /** Waits for the manifest of its round, as long as the coordinator holds the question. */
  RoundManifest manifest(RoundId round)
      throws IOException, InterruptedException, RejectedException, TurnedAwayException {
    HttpResponse<byte[]> answer =
        send(request("/v1/rounds/" + round + "/manifest?wait=30").GET().build());
    if (answer.statusCode() != 200) {
      throw new TurnedAwayException("the round has no manifest yet", Duration.ZERO);
    }
    return RoundManifest.decode(answer.body());
  }

  /** Uploads the packed vector; returns when it is counted. */
  void upload(RoundId round, byte[] packed, byte[] sha256)
      throws IOException, InterruptedException, TurnedAwayException {
    send(
        request("/v1/rounds/" + round + "/uploads/" + uploadId)
            .header("Upload-Length", Integer.toString(packed.length))
            .header("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":")
            .PUT(BodyPublishers.ofByteArray(packed))
            .build());
  }

  private byte[] post(String path, byte[] message)
      throws IOException, InterruptedException, TurnedAwayException {
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

  /** Turned away when the coordinator has no room now; any other refusal ends the measurement. */
  private HttpResponse<byte[]> send(HttpRequest request)
      throws IOException, InterruptedException, TurnedAwayException {
    HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
    if (answer.statusCode() / 100 == 2) {
      return answer;
    }
    String refusal =
        request.method()
            + " "
            + request.uri().getPath()
            + " was answered "
            + answer.statusCode()
            + ": "
            + new String(answer.body(), StandardCharsets.UTF_8);
    if (answer.statusCode() == 503) {
      throw new TurnedAwayException(refusal, Duration.ofMillis(LONGEST_WAIT_MILLIS));
    }
    throw new IOException(refusal);
  }
}
