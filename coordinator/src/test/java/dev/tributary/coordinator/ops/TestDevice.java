package dev.tributary.coordinator.ops;

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
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * A device that speaks plain HTTP, one request at a time, so that a test can break each of them.
 */
final class TestDevice {

  final DeviceKeyPair keys = DeviceKeyPair.generate(new SecureRandom());
  String session = "";

  private final Reachable coordinator;

  /** A coordinator on the other side of HTTP. */
  interface Reachable {
    URI uri(String path);

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException;
  }

  TestDevice(Reachable coordinator) {
    this.coordinator = coordinator;
  }

  DeviceId id() {
    return DeviceId.of(keys.publicKey());
  }

  HttpResponse<byte[]> enrol(String token) throws IOException, InterruptedException {
    return enrol(token, RunningCoordinator.POPULATION);
  }

  HttpResponse<byte[]> enrol(String token, PopulationName population)
      throws IOException, InterruptedException {
    return message(
        "/v1/devices",
        EnrolRequest.signed(
                VersionRange.SUPPORTED,
                population,
                BearerToken.of(token),
                keys,
                SdkVersion.of("1.2.3"))
            .encode());
  }

  Challenge challenge() throws IOException, InterruptedException {
    try {
      return Challenge.decode(
          message("/v1/challenges", new ChallengeRequest(id()).encode()).body());
    } catch (RejectedException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<byte[]> answer(Challenge challenge) throws IOException, InterruptedException {
    return message(
        "/v1/sessions",
        SessionRequest.signed(VersionRange.SUPPORTED, challenge.nonce(), keys).encode());
  }

  void openSession() throws IOException, InterruptedException {
    try {
      session =
          SessionResponse.decode(answer(challenge()).body())
              .token()
              .text(InsecureSecretAccess.get());
    } catch (RejectedException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<byte[]> message(String path, byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(coordinator.uri(path))
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(body));
    return coordinator.send(session.isEmpty() ? request.build() : authorised(request).build());
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = authorised(HttpRequest.newBuilder(coordinator.uri(path)).GET());
    return coordinator.send((headers.length == 0 ? request : request.headers(headers)).build());
  }

  HttpRequest.Builder authorised(HttpRequest.Builder request) {
    return request.header("Authorization", "Bearer " + session);
  }

  /** The request for the bytes of {@code vector} from {@code offset} on. */
  HttpRequest.Builder upload(String uploadId, byte[] vector, int offset) {
    return upload(FixtureDesks.ROUND, uploadId, vector, offset);
  }

  HttpRequest.Builder upload(RoundId round, String uploadId, byte[] vector, int offset) {
    return authorised(
            HttpRequest.newBuilder(coordinator.uri("/v1/rounds/" + round + "/uploads/" + uploadId)))
        .header("Upload-Offset", Integer.toString(offset))
        .header("Upload-Length", Integer.toString(vector.length))
        .header("Repr-Digest", digest(vector))
        .PUT(BodyPublishers.ofByteArray(Arrays.copyOfRange(vector, offset, vector.length)));
  }

  HttpResponse<byte[]> put(String uploadId, byte[] vector)
      throws IOException, InterruptedException {
    return coordinator.send(upload(uploadId, vector, 0).build());
  }

  HttpResponse<byte[]> offset(String uploadId) throws IOException, InterruptedException {
    return coordinator.send(
        authorised(
                HttpRequest.newBuilder(
                    coordinator.uri("/v1/rounds/" + FixtureDesks.ROUND + "/uploads/" + uploadId)))
            .HEAD()
            .build());
  }

  static String digest(byte[] vector) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(vector);
      return "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
