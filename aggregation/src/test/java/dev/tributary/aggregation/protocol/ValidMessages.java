package dev.tributary.aggregation.protocol;

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
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.arbitraries.LongArbitrary;
import net.jqwik.api.arbitraries.StringArbitrary;

/** All valid messages, edge cases first. */
final class ValidMessages {

  private static final String LOWER_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private ValidMessages() {}

  static Arbitrary<EnrolRequest> enrolRequests() {
    return Combinators.combine(versionRanges(), populations(), tokens(), keyPairs(), sdkVersions())
        .as(EnrolRequest::signed);
  }

  static Arbitrary<EnrolResponse> enrolResponses() {
    return Combinators.combine(deviceIds(), ValidSecAggMessages.credentials().optional())
        .as((deviceId, credentials) -> new EnrolResponse(1, deviceId, credentials));
  }

  static Arbitrary<ChallengeRequest> challengeRequests() {
    return deviceIds().map(ChallengeRequest::new);
  }

  static Arbitrary<Challenge> challenges() {
    return Combinators.combine(nonces(), Arbitraries.integers().between(1, 3600))
        .as(Challenge::new);
  }

  static Arbitrary<SessionRequest> sessionRequests() {
    return Combinators.combine(versionRanges(), nonces(), keyPairs()).as(SessionRequest::signed);
  }

  static Arbitrary<SessionResponse> sessionResponses() {
    return Combinators.combine(tokens(), Arbitraries.integers().between(1, 604_800))
        .as((token, seconds) -> new SessionResponse(1, token, seconds));
  }

  static Arbitrary<CheckIn> checkIns() {
    return Combinators.combine(
            populations(),
            sdkVersions(),
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            Arbitraries.maps(plainText(1, 64), plainText(1, 64)).ofMaxSize(32),
            name(31).list().ofMaxSize(8).uniqueElements())
        .as(CheckIn::new);
  }

  static Arbitrary<CheckInAnswer> checkInAnswers() {
    Arbitrary<CheckInAnswer> assigned =
        Combinators.combine(roundIds(), millis().greaterOrEqual(1)).as(CheckInAnswer.Assigned::new);
    Arbitrary<CheckInAnswer> comeBack =
        Combinators.combine(millis(), millis(), name(63))
            .as((a, b, code) -> new CheckInAnswer.ComeBack(Math.min(a, b), Math.max(a, b), code));
    return Arbitraries.oneOf(assigned, comeBack);
  }

  static Arbitrary<RoundManifest> roundManifests() {
    return Combinators.combine(
            roundIds(),
            trainings().optional(0.7),
            populations(),
            modelDigests(),
            Arbitraries.longs().between(1, RoundManifest.MAXIMUM_MODEL_BYTES),
            Arbitraries.strings().withCharRange(' ', '~').ofMinLength(2).ofMaxLength(2000),
            quantizations(),
            Combinators.combine(
                    millis(), ValidSecAggMessages.secureAggregationParameters().optional())
                .as(Protection::new))
        .flatAs(ValidMessages::roundManifests);
  }

  /** What is left of a manifest, because a combination has eight parts at most. */
  private record Protection(long millis, Optional<SecureAggregationParameters> secureAggregation) {}

  private static Arbitrary<RoundManifest> roundManifests(
      RoundId round,
      Optional<TrainingParameters> training,
      PopulationName population,
      ModelDigest model,
      long modelBytes,
      String spec,
      QuantizationParameters quantization,
      Protection protection) {
    Arbitrary<Integer> counts = Arbitraries.integers().between(1, quantization.maxDevices());
    RoundKind kind = training.isPresent() ? RoundKind.TRAINING : RoundKind.EVALUATION;
    return Combinators.combine(counts, counts)
        .as(
            (a, b) ->
                new RoundManifest(
                    round,
                    kind,
                    protection.secureAggregation().isPresent()
                        ? ProtocolKind.SECAGG_PLUS
                        : ProtocolKind.PLAIN,
                    population,
                    model,
                    modelBytes,
                    spec,
                    quantization,
                    training,
                    Math.max(a, b),
                    Math.min(a, b),
                    protection.millis(),
                    protection.secureAggregation()));
  }

  static Arbitrary<FailureReport> failureReports() {
    return Combinators.combine(Arbitraries.of(DeviceFailure.class), plainText(0, 512))
        .as(FailureReport::new);
  }

  static Arbitrary<UploadReceipt> uploadReceipts() {
    return Combinators.combine(
            hex(32).map(UploadId::new), Arbitraries.of(true, false), millis(), millis())
        .as((id, counted, a, b) -> new UploadReceipt(id, counted, Math.min(a, b), Math.max(a, b)));
  }

  static Arbitrary<RoundResult> roundResults() {
    Arbitrary<RoundResult> published =
        Combinators.combine(roundIds(), modelDigests()).as(RoundResult::published);
    Arbitrary<RoundResult> others =
        Combinators.combine(
                roundIds(),
                Arbitraries.of(RoundOutcome.RUNNING, RoundOutcome.ABANDONED, RoundOutcome.FAILED),
                plainText(0, 512))
            .as(RoundResult::without);
    return Arbitraries.oneOf(published, others);
  }

  static Arbitrary<HealthReport> healthReports() {
    Arbitrary<long[]> latencies =
        Arbitraries.longs()
            .between(0, 1L << 32)
            .array(long[].class)
            .ofSize(LatencyHistogram.BUCKETS);
    Arbitrary<Long> count = Arbitraries.longs().between(0, 1L << 38);
    return Combinators.combine(
            Arbitraries.longs().between(1, Long.MAX_VALUE),
            bytes(32),
            count,
            count,
            count,
            latencies,
            Arbitraries.strings().withChars(LOWER_DIGITS + "-").ofMaxLength(64))
        .as(
            (sequence, manifest, loads, failures, crashes, latency, refusal) ->
                new HealthReport(
                    sequence,
                    OpaqueBytes.of(manifest),
                    loads,
                    loads / 2,
                    LatencyHistogram.of(latency).total() + failures,
                    failures,
                    crashes,
                    LatencyHistogram.of(latency),
                    refusal));
  }

  static Arbitrary<RoundId> roundIds() {
    return Combinators.combine(
            name(62).map(TaskName::new), Arbitraries.longs().between(1, RoundId.MAXIMUM_NUMBER))
        .as(RoundId::new);
  }

  private static Arbitrary<VersionRange> versionRanges() {
    Arbitrary<Integer> version = Arbitraries.integers().between(1, VersionRange.MAXIMUM_VERSION);
    return Combinators.combine(version, version)
        .as((a, b) -> new VersionRange(Math.min(a, b), Math.max(a, b)));
  }

  private static Arbitrary<PopulationName> populations() {
    return name(62).map(PopulationName::new);
  }

  private static Arbitrary<SdkVersion> sdkVersions() {
    Arbitrary<Integer> part = Arbitraries.integers().between(0, 99_999);
    return Combinators.combine(part, part, part).as(SdkVersion::new);
  }

  private static Arbitrary<BearerToken> tokens() {
    return bytes(32)
        .map(bytes -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
        .map(BearerToken::of);
  }

  private static Arbitrary<DeviceKeyPair> keyPairs() {
    return bytes(32)
        .map(seed -> DeviceKeyPair.of(SecretBytes.copyOf(seed, InsecureSecretAccess.get())));
  }

  private static Arbitrary<Nonce> nonces() {
    return bytes(32).map(Nonce::of);
  }

  private static Arbitrary<DeviceId> deviceIds() {
    return hex(32).map(DeviceId::new);
  }

  private static Arbitrary<ModelDigest> modelDigests() {
    return hex(64).map(ModelDigest::new);
  }

  private static Arbitrary<TrainingParameters> trainings() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 1000),
            Arbitraries.integers().between(1, 65_536),
            Arbitraries.floats().between(0, false, Float.MAX_VALUE, true),
            Arbitraries.floats().between(0, true, 1, false))
        .as(TrainingParameters::new);
  }

  private static Arbitrary<QuantizationParameters> quantizations() {
    Arbitrary<Float> positive = Arbitraries.floats().between(0, false, Float.MAX_VALUE, true);
    return Combinators.combine(
            Arbitraries.integers().between(1, 1 << 30),
            Arbitraries.of(8, 16),
            Arbitraries.oneOf(positive, Arbitraries.just(Float.POSITIVE_INFINITY)),
            positive,
            Arbitraries.integers().between(1, Integer.MAX_VALUE),
            Arbitraries.integers().between(1, 1 << 16))
        .as(QuantizationParameters::forTraining);
  }

  private static LongArbitrary millis() {
    return Arbitraries.longs().between(0, CheckInAnswer.MAXIMUM_MILLIS);
  }

  private static Arbitrary<String> name(int maximumTail) {
    StringArbitrary head = Arbitraries.strings().withChars(LOWER_DIGITS).ofLength(1);
    StringArbitrary tail =
        Arbitraries.strings().withChars(LOWER_DIGITS + "-").ofMaxLength(maximumTail);
    return Combinators.combine(head, tail).as(String::concat);
  }

  /** Text of the given number of code points, beyond the basic plane too. */
  private static Arbitrary<String> plainText(int minimum, int maximum) {
    return Arbitraries.of(0x20, 0x61, 0x7e, 0xe9, 0x4e2d, 0x1f600, 0x10fffd)
        .list()
        .ofMinSize(minimum)
        .ofMaxSize(maximum)
        .map(
            codePoints -> {
              StringBuilder text = new StringBuilder();
              codePoints.forEach(text::appendCodePoint);
              return text.toString();
            });
  }

  private static Arbitrary<String> hex(int digits) {
    return bytes(digits / 2).map(HexFormat.of()::formatHex);
  }

  static Arbitrary<byte[]> bytes(int length) {
    return Arbitraries.bytes().array(byte[].class).ofSize(length);
  }
}
