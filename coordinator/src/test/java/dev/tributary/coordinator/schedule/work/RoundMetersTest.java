package dev.tributary.coordinator.schedule.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.coordinator.schedule.RoundProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundMetersTest {
  private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void round_thatEndsBeforeItBegan_isCountedAsTakingNoTime() {
    var registry = new SimpleMeterRegistry();

    new RoundMeters(registry).ended(ended(AT.minus(Duration.ofHours(12))));

    var timer = registry.get("tributary.rounds").timer();
    assertThat(timer.count()).isEqualTo(1);
    assertThat(timer.totalTime(TimeUnit.SECONDS)).isZero();
  }

  private static RoundProgress ended(Instant at) {
    return new RoundProgress(
        RoundId.of("digits.1"),
        RoundKind.TRAINING,
        at,
        "Published",
        true,
        3,
        3,
        0,
        3,
        2,
        Optional.empty(),
        AT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "published");
  }
}
