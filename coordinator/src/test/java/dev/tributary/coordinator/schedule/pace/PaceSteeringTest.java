package dev.tributary.coordinator.schedule.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PaceSteeringTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:17Z");
  private static final PaceSteering MINUTE =
      new PaceSteering(Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofMinutes(1), 1000);

  @Test
  void smallPopulation_isToldToComeTogetherAtTheNextSlot() {
    var window = MINUTE.next(NOW, devices(20), 10);

    assertThat(NOW.plus(window.min())).isEqualTo(Instant.parse("2026-11-23T12:01:00Z"));
    assertThat(window.max().minus(window.min())).isEqualTo(Duration.ofSeconds(6));
    assertThat(MINUTE.next(NOW.plusSeconds(30), devices(20), 10).min())
        .isEqualTo(Duration.ofSeconds(13));
  }

  @Test
  void slot_nearerThanTheFloor_isSkipped() {
    var late = Instant.parse("2026-11-23T12:00:59.500Z");

    assertThat(late.plus(MINUTE.next(late, devices(20), 10).min()))
        .isEqualTo(Instant.parse("2026-11-23T12:02:00Z"));
  }

  @Test
  void largePopulation_arrivesAtTheRateThatRoundsNeed() {
    int n = 100_000;
    int k = 130;
    var window = MINUTE.next(NOW, devices(n), k);
    double meanSeconds = (window.min().toMillis() + window.max().toMillis()) / 2000.0;

    assertThat(n / meanSeconds).isCloseTo(1.3 * k / 60, within(0.01)); // check-ins a second
    assertThat(window.max().toMillis())
        .isCloseTo(3 * window.min().toMillis(), within(10L)); // U(0.5, 1.5)
  }

  @Test
  void diurnalFactor_stretchesTheDelayOfALargePopulation_andNotTheSlotOfASmallOne() {
    var usual = MINUTE.next(NOW, devices(100_000), 130);
    var peak = MINUTE.next(NOW, new Arrivals(100_000, 1.5), 130);

    assertThat(peak.min().toMillis()).isCloseTo(usual.min().toMillis() * 3 / 2, within(2L));
    assertThat(peak.max().toMillis()).isCloseTo(usual.max().toMillis() * 3 / 2, within(2L));
    assertThat(MINUTE.next(NOW, new Arrivals(20, 1.5), 10))
        .isEqualTo(MINUTE.next(NOW, devices(20), 10));
  }

  @Test
  void arrivals_withoutSense_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Arrivals(-1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Arrivals(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Arrivals(Double.NaN, 1));
  }

  @Test
  void hugePopulation_waitsNoLongerThanTheCeiling() {
    assertThat(MINUTE.next(NOW, devices(1e9), 10))
        .isEqualTo(new Window(Duration.ofDays(1), Duration.ofDays(1)));
  }

  @Test
  void floor_ofADemonstration_letsRoundsRunBackToBack() {
    var demo =
        new PaceSteering(Duration.ofMillis(20), Duration.ofMinutes(1), Duration.ofMillis(20), 1000);

    var window = demo.next(NOW, devices(20), 20);

    assertThat(window.min()).isBetween(Duration.ofMillis(20), Duration.ofMillis(40));
    assertThat(window.max()).isLessThanOrEqualTo(Duration.ofMillis(42));
  }

  @Test
  void window_notBefore_keepsItsWidth() {
    var window = new Window(Duration.ofSeconds(1), Duration.ofSeconds(3));

    assertThat(window.notBefore(Duration.ofSeconds(10)))
        .isEqualTo(new Window(Duration.ofSeconds(10), Duration.ofSeconds(12)));
    assertThat(window.notBefore(Duration.ZERO)).isEqualTo(window);
  }

  @Test
  void estimate_ofAFewDevices_isExactToRounding_andRepeatsDoNotCount() {
    var estimate = new PopulationEstimate(Duration.ofHours(24), NOW);
    var random = new SplittableRandom(1);
    for (int i = 0; i < 20; i++) {
      var device = device(random);
      estimate.seen(device, NOW);
      estimate.seen(device, NOW);
    }

    assertThat(Math.round(estimate.count(NOW))).isEqualTo(20);
  }

  /**
   * Standard error 0.17 % at 200 000 in 2^18 bits: the seed is fixed, and 1 % is over five of them.
   */
  @Test
  void estimate_ofManyDevices_isWithinAPercent() {
    var estimate = new PopulationEstimate(Duration.ofHours(24), NOW);
    var random = new SplittableRandom(2);
    for (int i = 0; i < 200_000; i++) {
      estimate.seen(device(random), NOW);
    }

    assertThat(estimate.count(NOW)).isCloseTo(200_000, within(2_000.0));
  }

  @Test
  void device_notSeenForTwoPeriods_isForgotten() {
    var estimate = new PopulationEstimate(Duration.ofHours(24), NOW);
    estimate.seen(device(new SplittableRandom(3)), NOW);

    assertThat(Math.round(estimate.count(NOW.plus(Duration.ofHours(25))))).isEqualTo(1);
    assertThat(Math.round(estimate.count(NOW.plus(Duration.ofHours(49))))).isZero();
    estimate.seen(device(new SplittableRandom(4)), NOW.plus(Duration.ofDays(30)));
    assertThat(Math.round(estimate.count(NOW.plus(Duration.ofDays(30))))).isEqualTo(1);
  }

  private static Arrivals devices(double count) {
    return new Arrivals(count, 1);
  }

  private static DeviceId device(SplittableRandom random) {
    return new DeviceId("%016x%016x".formatted(random.nextLong(), random.nextLong()));
  }
}
