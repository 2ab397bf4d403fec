package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.Nonce;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Enrolment, sessions and admin tokens over real HTTP. */
@Timeout(60)
final class AccessHttpTest {

  @TempDir Path folder;
  private RunningCoordinator coordinator;

  @BeforeEach
  void start() {
    coordinator = RunningCoordinator.start(folder, "access.spentChallenges=3");
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void enrolment_namesTheDeviceByItsKey_alsoTheSecondTime() throws Exception {
    TestDevice device = new TestDevice(coordinator);
    HttpResponse<byte[]> first = device.enrol(coordinator.enrolmentToken());
    HttpResponse<byte[]> second = device.enrol(coordinator.enrolmentToken());
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(EnrolResponse.decode(first.body()).deviceId()).isEqualTo(device.id());
    assertThat(EnrolResponse.decode(second.body()).deviceId()).isEqualTo(device.id());
  }

  @Test
  void enrolledDevice_hasACertificateThatTheAuthorityStandsBy_inItsPopulationOnly()
      throws Exception {
    TestDevice device = new TestDevice(coordinator);
    EnrolResponse response =
        EnrolResponse.decode(device.enrol(coordinator.enrolmentToken()).body());
    Credentials credentials = response.credentials().orElseThrow();

    for (CipherSuite suite : CipherSuite.values()) {
      assertThat(key(credentials, RunningCoordinator.POPULATION, suite, Instant.now()))
          .contains(device.keys.publicKey());
    }
    assertThat(key(credentials, new PopulationName("others"), CipherSuite.CLASSIC, Instant.now()))
        .isEmpty();
    assertThat(
            key(
                credentials,
                RunningCoordinator.POPULATION,
                CipherSuite.CLASSIC,
                Instant.now().plus(Duration.ofDays(6 * 365))))
        .isEmpty();
    assertThat(coordinator.folder.resolve("authority.pem"))
        .satisfies(file -> OwnerOnlyFile.read(file, 1 << 15));
  }

  private static Optional<DevicePublicKey> key(
      Credentials credentials, PopulationName population, CipherSuite suite, Instant now) {
    Authority authority = CertifiedAuthority.of(credentials, population, suite, now);
    Optional<DevicePublicKey> key = authority.certifiedKey(credentials.certificateFor(suite));
    assertThat(authority.certifiedKey(credentials.certificate())).as("the long one").isEqualTo(key);
    return key;
  }

  @Test
  void unknownEnrolmentToken_isRefused() throws Exception {
    String token = BearerToken.random(new SecureRandom()).text(InsecureSecretAccess.get());
    assertProblem(new TestDevice(coordinator).enrol(token), RejectReason.BAD_TOKEN);
    assertThat(devices()).doesNotContain("sdkVersion");
  }

  @Test
  void enrolmentWhoseAnswerWasLost_isRepeated_alsoWithTheLastUseOfItsToken() throws Exception {
    String token = token(1);
    TestDevice device = new TestDevice(coordinator);
    HttpResponse<byte[]> lost = device.enrol(token);
    HttpResponse<byte[]> again = device.enrol(token);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(lost.body());
    assertProblem(new TestDevice(coordinator).enrol(token), RejectReason.TOKEN_EXPIRED);
  }

  @Test
  void enrolmentThatIsRepeated_takesNoUseFromOthers() throws Exception {
    String token = token(2);
    TestDevice device = new TestDevice(coordinator);
    device.enrol(token);
    device.enrol(token);
    assertThat(new TestDevice(coordinator).enrol(token).statusCode()).isEqualTo(201);
    assertProblem(new TestDevice(coordinator).enrol(token), RejectReason.TOKEN_EXPIRED);
  }

  @Test
  void enrolmentToken_isGoodForItsUsesOnly() throws Exception {
    String token = token(1);
    assertThat(new TestDevice(coordinator).enrol(token).statusCode()).isEqualTo(201);
    assertProblem(new TestDevice(coordinator).enrol(token), RejectReason.TOKEN_EXPIRED);
  }

  @Test
  void enrolmentInAnotherPopulationThanTheTokens_isRefused() throws Exception {
    TestDevice device = new TestDevice(coordinator);
    byte[] request =
        EnrolRequest.signed(
                VersionRange.SUPPORTED,
                new PopulationName("elsewhere"),
                BearerToken.of(coordinator.enrolmentToken()),
                device.keys,
                SdkVersion.of("1.0.0"))
            .encode();
    assertProblem(device.message("/v1/devices", request), RejectReason.UNKNOWN_POPULATION);
  }

  @Test
  void enrolmentOfAKeyThatIsNotHeld_isRefused() throws Exception {
    TestDevice honest = new TestDevice(coordinator);
    TestDevice thief = new TestDevice(coordinator);
    BearerToken token = BearerToken.of(coordinator.enrolmentToken());
    EnrolRequest own =
        EnrolRequest.signed(
            VersionRange.SUPPORTED,
            RunningCoordinator.POPULATION,
            token,
            thief.keys,
            SdkVersion.of("1.0.0"));
    byte[] forged =
        new EnrolRequest(
                own.versions(),
                own.population(),
                token,
                honest.keys.publicKey(),
                own.sdkVersion(),
                own.proof())
            .encode();
    assertProblem(thief.message("/v1/devices", forged), RejectReason.BAD_SIGNATURE);
  }

  @Test
  void sessionForADeviceThatNeverEnrolled_isRefused() throws Exception {
    TestDevice device = new TestDevice(coordinator);
    assertProblem(device.answer(device.challenge()), RejectReason.UNKNOWN_DEVICE);
  }

  @Test
  void challenge_isGoodOnce() throws Exception {
    TestDevice device = coordinator.device();
    Challenge challenge = device.challenge();
    assertThat(device.answer(challenge).statusCode()).isEqualTo(201);
    assertProblem(device.answer(challenge), RejectReason.BAD_CHALLENGE);
  }

  @Test
  void challengeOfAnotherDevice_isRefused() throws Exception {
    TestDevice device = coordinator.device();
    Challenge foreign = coordinator.device().challenge();
    assertProblem(device.answer(foreign), RejectReason.BAD_CHALLENGE);
  }

  @Test
  void challengeThatWasNeverIssued_isRefused() throws Exception {
    TestDevice device = coordinator.device();
    Challenge invented = new Challenge(Nonce.random(new SecureRandom()), 60);
    assertProblem(device.answer(invented), RejectReason.BAD_CHALLENGE);
  }

  @Test
  void spentChallenges_areBounded_andTellTheNextToComeBack() throws Exception {
    TestDevice device = coordinator.device(); // spends one
    assertThat(device.answer(device.challenge()).statusCode()).isEqualTo(201);
    assertThat(device.answer(device.challenge()).statusCode()).isEqualTo(201);
    HttpResponse<byte[]> answer = device.answer(device.challenge());
    assertProblem(answer, RejectReason.OVERLOADED);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(text(answer)).contains("retryAfterMillis");
  }

  @Test
  void sessionToken_withOneBitFlipped_isRefused() throws Exception {
    TestDevice device = coordinator.device();
    for (int i = 0; i < device.session.length(); i += 5) {
      char[] changed = device.session.toCharArray();
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      TestDevice forger = new TestDevice(coordinator);
      forger.session = new String(changed);
      HttpResponse<byte[]> answer = forger.get("/v1/rounds/digits.1/result");
      assertThat(answer.statusCode()).isEqualTo(401);
    }
  }

  @Test
  void checkInToAPopulationTheDeviceIsNotIn_isRefused() throws Exception {
    TestDevice device = coordinator.device();
    assertThat(checkIn(device, "keyboards").statusCode()).isEqualTo(200);
    assertProblem(checkIn(device, "elsewhere"), RejectReason.UNKNOWN_POPULATION);
  }

  @Test
  void adminToken_isInAFileOfItsOwner_andOnlyItsHashInTheState() throws Exception {
    Path file = coordinator.coordinator.adminTokenFile();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String token = coordinator.adminToken();
    coordinator.close();
    for (String name : List.of("tributary.db", "tributary.db-wal")) {
      Path state = folder.resolve(name);
      if (Files.exists(state)) {
        assertThat(
                new String(Files.readAllBytes(state), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain(token);
      }
    }
    Files.delete(file);
    coordinator = RunningCoordinator.start(folder);
    assertThat(file).as("shown once").doesNotExist();
    HttpRequest request =
        HttpRequest.newBuilder(coordinator.uri("/api/v1/tasks"))
            .header("Authorization", "Bearer " + token)
            .build();
    assertThat(coordinator.send(request).statusCode()).isEqualTo(200);
  }

  @Test
  void adminTokenThatIsGiven_opensTheDoor() throws Exception {
    coordinator.close();
    String token = BearerToken.random(new SecureRandom()).text(InsecureSecretAccess.get());
    Path file = Files.writeString(folder.resolve("mine"), token + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    coordinator = RunningCoordinator.start(folder, "access.adminTokenFile=" + file);
    HttpRequest request =
        HttpRequest.newBuilder(coordinator.uri("/api/v1/tasks"))
            .header("Authorization", "Bearer " + token)
            .build();
    assertThat(coordinator.send(request).statusCode()).isEqualTo(200);
  }

  @Test
  void tokenForAnUnknownPopulation_isRefused() throws Exception {
    assertProblem(
        coordinator.asAdmin(
            "POST",
            "/api/v1/tokens",
            "{\"population\":\"nobody\",\"uses\":1,\"expiresInSeconds\":60}"),
        RejectReason.UNKNOWN_POPULATION);
  }

  @Test
  void tokenRequestWithAMistypedKey_namesTheNearestKnownOne() throws Exception {
    HttpResponse<byte[]> answer =
        coordinator.asAdmin(
            "POST",
            "/api/v1/tokens",
            "{\"popultaion\":\"keyboards\",\"uses\":1,\"expiresInSeconds\":60}");
    assertProblem(answer, RejectReason.UNKNOWN_FIELD);
    assertThat(text(answer)).contains("did you mean 'population'");
  }

  private String token(int uses) {
    return coordinator
        .coordinator
        .createEnrolmentToken(RunningCoordinator.POPULATION, uses, Duration.ofHours(1))
        .await()
        .token()
        .text(InsecureSecretAccess.get());
  }

  private HttpResponse<byte[]> checkIn(TestDevice device, String population) throws Exception {
    CheckIn message =
        new CheckIn(
            new PopulationName(population), SdkVersion.of("1.2.3"), 10, Map.of(), List.of("java"));
    return coordinator.send(
        device
            .authorised(HttpRequest.newBuilder(coordinator.uri("/v1/check-ins")))
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(message.encode()))
            .build());
  }

  private String devices() throws Exception {
    return text(coordinator.asAdmin("GET", "/api/v1/devices", ""));
  }
}
