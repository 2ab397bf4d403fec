package dev.tributary.client.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.client.testing.StubCoordinator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final RoundManifest MANIFEST =
      StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "true, true, true, none",
        "false, true, true, not charging",
        "true, false, true, on a metered network",
        "true, true, false, in use",
        "false, false, false, 'not charging, on a metered network, in use'"
      })
  void unnoticed_wantsPowerFreeNetworkAndNobodyAtTheDevice(
      boolean charging, boolean unmetered, boolean idle, String refusal) {
    var conditions = new DeviceConditions(charging, unmetered, idle);
    assertThat(EligibilityPolicy.unnoticed().refusal(conditions))
        .isEqualTo(Optional.ofNullable(refusal));
    assertThat(EligibilityPolicy.always().refusal(conditions)).isEmpty();
  }

  @Test
  void cohortThatMayBeSmallerThanAllowed_isRefused() {
    PrivacyLimits limits = PrivacyLimits.defaults();
    assertThat(limits.withMinimumCohort(3).refusal(MANIFEST, List.of(), NOW)).isEmpty();
    assertThat(limits.withMinimumCohort(4).refusal(MANIFEST, List.of(), NOW))
        .get()
        .asString()
        .contains("as few as 3")
        .contains("at least 4");
  }

  @Test
  void clipNormAboveTheLimit_isRefused_alsoWhenUnbounded() {
    PrivacyLimits limits = PrivacyLimits.defaults().withMaximumClipNorm(5);
    assertThat(limits.withMaximumClipNorm(10).refusal(MANIFEST, List.of(), NOW)).isEmpty();
    assertThat(limits.refusal(MANIFEST, List.of(), NOW))
        .get()
        .asString()
        .contains("10.0")
        .contains("5.0");
    assertThat(limits.refusal(unclipped(), List.of(), NOW)).get().asString().contains("Infinity");
    assertThat(PrivacyLimits.defaults().refusal(unclipped(), List.of(), NOW)).isEmpty();
  }

  private static RoundManifest unclipped() {
    var arithmetic =
        QuantizationParameters.forTraining(9, 16, Float.POSITIVE_INFINITY, 4f, 100, 10);
    return new RoundManifest(
        MANIFEST.roundId(),
        MANIFEST.kind(),
        MANIFEST.protocol(),
        MANIFEST.population(),
        MANIFEST.modelDigest(),
        MANIFEST.modelBytes(),
        MANIFEST.modelSpecJson(),
        arithmetic,
        MANIFEST.training(),
        MANIFEST.targetCount(),
        MANIFEST.minimumCount(),
        MANIFEST.reportingDeadlineMillis());
  }

  @Test
  void participationsWithinTheWindow_areCounted_andNoOthers() {
    PrivacyLimits limits =
        PrivacyLimits.defaults().withMaximumParticipations(2, Duration.ofHours(1));
    Participation old = new Participation(RoundId.of("digits.1"), NOW.minusSeconds(3600));
    Participation recent = new Participation(RoundId.of("digits.2"), NOW.minusSeconds(3599));

    assertThat(limits.refusal(MANIFEST, List.of(old, old, recent), NOW)).isEmpty();
    assertThat(limits.refusal(MANIFEST, List.of(recent, recent), NOW))
        .get()
        .asString()
        .contains("2 times");
  }

  @Test
  void windowBeyondTheBeginningOfTime_holdsEveryParticipation() {
    var ages = new Participation(RoundId.of("digits.1"), NOW.minus(Duration.ofDays(40_000)));
    for (Duration window :
        List.of(Duration.ofSeconds(Long.MAX_VALUE), Duration.between(Instant.MIN, NOW))) {
      PrivacyLimits limits = PrivacyLimits.defaults().withMaximumParticipations(1, window);
      assertThat(limits.refusal(MANIFEST, List.of(ages), NOW)).isPresent();
      assertThat(limits.refusal(MANIFEST, List.of(), NOW)).isEmpty();
    }
  }

  @Test
  void clockThatWasSetBack_doesNotResetTheLimit() {
    PrivacyLimits limits =
        PrivacyLimits.defaults().withMaximumParticipations(1, Duration.ofHours(1));
    var beforeTheClockWasSet =
        new Participation(RoundId.of("digits.1"), NOW.plus(Duration.ofDays(300)));
    assertThat(limits.refusal(MANIFEST, List.of(beforeTheClockWasSet), NOW)).isPresent();
  }

  @Test
  void impossibleLimits_areRefused() {
    Duration day = Duration.ofDays(1);
    assertThatThrownBy(() -> new PrivacyLimits(0, 1, day, 1)).hasMessageContaining("minimumCohort");
    assertThatThrownBy(() -> new PrivacyLimits(1, 0, day, 1))
        .hasMessageContaining("maximumParticipations");
    assertThatThrownBy(() -> new PrivacyLimits(1, Participation.MAXIMUM_REMEMBERED + 1, day, 1))
        .as("a cap that nothing could ever reach")
        .hasMessageContaining("maximumParticipations must be 1 to 4096");
    assertThatThrownBy(() -> new PrivacyLimits(1, 1, Duration.ZERO, 1))
        .hasMessageContaining("window");
    assertThatThrownBy(() -> new PrivacyLimits(1, 1, day, Float.NaN))
        .hasMessageContaining("maximumClipNorm");
  }
}
