package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.Nonce;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every message, as annotated hex in {@code src/test/resources/wire}. They were
 * written from the rules of protobuf by a program that shares nothing with this one, the signatures
 * by OpenSSL.
 */
class WireFormatTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final DeviceKeyPair KEYS =
      DeviceKeyPair.of(secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
  private static final DeviceId DEVICE = new DeviceId("56475aa75463474c0285df5dbf2bcab7");
  private static final BearerToken TOKEN =
      BearerToken.of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  private static final Nonce NONCE =
      Nonce.of(HEX.parseHex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"));
  private static final PopulationName POPULATION = new PopulationName("keyboards");
  private static final RoundId ROUND = RoundId.of("next-word.17");
  private static final ModelDigest MODEL =
      new ModelDigest("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

  private static final RoundManifest MANIFEST =
      new RoundManifest(
          ROUND,
          RoundKind.TRAINING,
          ProtocolKind.PLAIN,
          POPULATION,
          MODEL,
          4096,
          "{\"format\":\"tributary-model/1\"}",
          new QuantizationParameters(1000, 16, 23, Float.POSITIVE_INFINITY, 0.25f, 500, 100),
          Optional.of(new TrainingParameters(2, 10, 0.5f, 0f)),
          50,
          20,
          90_000);

  record Sample(String name, Object message, MessageKind<?> kind) {}

  static Stream<Sample> samples() {
    return Stream.concat(plainSamples(), SecAggSamples.samples(DEVICE, MANIFEST));
  }

  private static Stream<Sample> plainSamples() {
    return Stream.of(
        new Sample(
            "enrol-request",
            EnrolRequest.signed(
                new VersionRange(1, 3), POPULATION, TOKEN, KEYS, new SdkVersion(1, 2, 3)),
            MessageKind.ENROL_REQUEST),
        new Sample("enrol-response", new EnrolResponse(1, DEVICE), MessageKind.ENROL_RESPONSE),
        new Sample(
            "challenge-request", new ChallengeRequest(DEVICE), MessageKind.CHALLENGE_REQUEST),
        new Sample("challenge", new Challenge(NONCE, 60), MessageKind.CHALLENGE),
        new Sample(
            "session-request",
            SessionRequest.signed(new VersionRange(1, 1), NONCE, KEYS),
            MessageKind.SESSION_REQUEST),
        new Sample(
            "session-response", new SessionResponse(1, TOKEN, 3600), MessageKind.SESSION_RESPONSE),
        new Sample(
            "check-in",
            new CheckIn(
                POPULATION,
                SdkVersion.of("1.2.3"),
                300,
                Map.of("region", "eu", "lang", "de"),
                List.of("java", "pytorch")),
            MessageKind.CHECK_IN),
        new Sample(
            "check-in-answer-assigned",
            new CheckInAnswer.Assigned(ROUND, 60_000),
            MessageKind.CHECK_IN_ANSWER),
        new Sample(
            "check-in-answer-come-back",
            new CheckInAnswer.ComeBack(1000, 3000, "no-open-round"),
            MessageKind.CHECK_IN_ANSWER),
        new Sample("round-manifest", MANIFEST, MessageKind.ROUND_MANIFEST),
        new Sample(
            "failure-report",
            new FailureReport(DeviceFailure.REFUSED_BY_POLICY, "cohort of 2"),
            MessageKind.FAILURE_REPORT),
        new Sample(
            "upload-receipt",
            new UploadReceipt(new UploadId("000102030405060708090a0b0c0d0e0f"), true, 0, 5000),
            MessageKind.UPLOAD_RECEIPT),
        new Sample(
            "round-result-published",
            RoundResult.published(ROUND, MODEL),
            MessageKind.ROUND_RESULT),
        new Sample(
            "round-result-abandoned",
            RoundResult.without(ROUND, RoundOutcome.ABANDONED, "too few updates"),
            MessageKind.ROUND_RESULT),
        new Sample("health-report", healthReport(), MessageKind.HEALTH_REPORT));
  }

  private static HealthReport healthReport() {
    long[] latency = new long[LatencyHistogram.BUCKETS];
    latency[0] = 2;
    latency[104] = 1;
    return new HealthReport(
        7,
        OpaqueBytes.of(HEX.parseHex(MODEL.hex())),
        1,
        0,
        4,
        1,
        0,
        LatencyHistogram.of(latency),
        "wrong-digest");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void message_isEncodedAsItsBytes(Sample sample) {
    assertThat(HEX.formatHex(sample.kind().encodeAny(sample.message())))
        .isEqualTo(HEX.formatHex(AnnotatedHex.resource(sample.name())));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void bytes_areDecodedAsTheirMessage(Sample sample) throws RejectedException {
    assertThat((Object) sample.kind().decode(AnnotatedHex.resource(sample.name())))
        .isEqualTo(sample.message());
  }

  @Test
  void everyKindOfMessage_hasASample() {
    assertThat(samples().map(Sample::kind).distinct()).containsExactlyElementsOf(MessageKind.ALL);
  }

  @Test
  void manifestDigest_coversEverythingButTheRemainingTime() {
    String expected = "6e17d22b6cbaed7b285966cf83218e907dbd2f9c7e63878a30c143bc24b1fb7b";
    assertThat(MANIFEST.digest()).isEqualTo(HEX.parseHex(expected));
    RoundManifest later =
        new RoundManifest(
            MANIFEST.roundId(),
            MANIFEST.kind(),
            MANIFEST.protocol(),
            MANIFEST.population(),
            MANIFEST.modelDigest(),
            MANIFEST.modelBytes(),
            MANIFEST.modelSpecJson(),
            MANIFEST.quantization(),
            MANIFEST.training(),
            MANIFEST.targetCount(),
            MANIFEST.minimumCount(),
            1);
    assertThat(later.digest()).isEqualTo(HEX.parseHex(expected));
  }

  @Test
  void manifestDigest_coversSecureAggregation() {
    String expected = "64bd02b1675164cd6fc411042e175eaaab7391e060406b59415646c9bb0d4fd3";
    assertThat(SecAggSamples.manifest(MANIFEST).digest()).isEqualTo(HEX.parseHex(expected));
  }

  @Test
  void deviceId_followsFromTheKey() {
    assertThat(DeviceId.of(KEYS.publicKey())).isEqualTo(DEVICE);
  }

  @Test
  void signaturesOfTheSamples_hold() throws RejectedException {
    EnrolRequest.decode(AnnotatedHex.resource("enrol-request")).verifyProof();
    SessionRequest.decode(AnnotatedHex.resource("session-request"))
        .verifySignature(KEYS.publicKey());
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.copyOf(HEX.parseHex(hex), InsecureSecretAccess.get());
  }
}
