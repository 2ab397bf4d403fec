package dev.tributary.coordinator.schedule.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is learned of a day, from devices with random ids: the seed is fixed, and the tolerances are
 * over five standard errors of the counting.
 */
class DiurnalActivityTest {
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final int MINUTES = 24 * 60;
  private static final int PEAK = 14 * 60; // minutes after midnight
  private static final int TROUGH = 2 * 60;
  private static final int MEAN = 8 * 60;

  private final SplittableRandom random = new SplittableRandom(11);
  private final DiurnalActivity activity = new DiurnalActivity(START.minusNanos(1));
  private Instant midnight = START;

  @Test
  void dayNotWatchedWhole_hasTheFactorOne() {
    var begun = START.plus(Duration.ofMinutes(30));
    var late = new DiurnalActivity(begun);
    var watchedWhole = START.plus(Duration.ofHours(1)).plus(DAY); // not the hour it began in

    for (var now = begun; now.isBefore(watchedWhole); now = now.plusSeconds(10)) {
      late.seen(device(), now);
      assertThat(late.factor(now)).isEqualTo(1);
    }
    for (int i = 0; i < 1000; i++) { // a busy hour, of which the factor tells once it is over
      late.seen(device(), watchedWhole.minusNanos(1));
    }

    assertThat(late.factor(watchedWhole.minusNanos(1))).isEqualTo(1);
    assertThat(late.factor(watchedWhole)).isGreaterThan(1.1);
  }

  @Test
  void sinusoidalDay_isLearned_andItsMeanIsOne() {
    double[] factors = factorsAfter(2, DiurnalActivityTest::sinusoid);

    for (int minute = 0; minute < MINUTES; minute++) {
      assertThat(factors[minute])
          .as("%d minutes after midnight", minute)
          .isCloseTo(sinusoid(minute) / 600, within(0.02));
    }
    assertThat(Arrays.stream(factors).average().orElseThrow()).isCloseTo(1, within(0.002));
  }

  @Test
  void delays_areLongestAtThePeakOfTheDay_andShortestAtItsTrough() {
    double[] factors = factorsAfter(2, DiurnalActivityTest::sinusoid);

    double[] delays =
        IntStream.range(0, MINUTES).mapToDouble(m -> meanDelaySeconds(m, factors[m])).toArray();

    double usual = meanDelaySeconds(MEAN, 1);
    assertThat(delays[PEAK] / usual).isCloseTo(1.4, within(0.02));
    assertThat(delays[MEAN] / usual).isCloseTo(1, within(0.02));
    assertThat(delays[TROUGH] / usual).isCloseTo(0.6, within(0.02));
    assertThat(Arrays.stream(delays).average().orElseThrow() / usual).isCloseTo(1, within(0.002));
  }

  @Test
  void checkInsOfOneDevice_countOnceAnHour_howeverLongItWasToldToWait() {
    var same = IntStream.range(0, 100).mapToObj(i -> device()).toList();

    for (int hour = 0; hour < 48; hour++) {
      int checkInsOfEach = hour % 24 < 12 ? 1 : 30;
      for (int i = 0; i < checkInsOfEach * same.size(); i++) {
        activity.seen(same.get(i % same.size()), START.plusSeconds(hour * 3600L + i));
      }
    }

    assertThat(activity.factor(START.plus(DAY.multipliedBy(2)))).isCloseTo(1, within(1e-9));
  }

  @Test
  void factor_isBounded() {
    double[] factors = factorsAfter(2, minute -> minute >= 9 * 60 && minute < 10 * 60 ? 500 : 1);

    assertThat(factors).contains(2, 0.5);
    assertThat(Arrays.stream(factors).allMatch(factor -> factor >= 0.5 && factor <= 2)).isTrue();
    assertThat(factors[9 * 60 + 30]).isEqualTo(2);
    assertThat(factors[21 * 60]).isEqualTo(0.5);
  }

  @Test
  void habitsThatChange_areFollowed_andTheirPastForgotten() {
    double[] before = factorsAfter(2, DiurnalActivityTest::sinusoid);
    double[] after = factorsAfter(10, minute -> sinusoid(minute + MINUTES / 2.0));

    assertThat(before[PEAK]).isCloseTo(1.4, within(0.02));
    assertThat(after[PEAK]).isCloseTo(0.6, within(0.05)); // 3/4 to the tenth is 6 %
    assertThat(after[TROUGH]).isCloseTo(1.4, within(0.05));
  }

  @Test
  void dayWithoutAnybody_endsWhatWasKnown() {
    factorsAfter(2, DiurnalActivityTest::sinusoid);
    assertThat(activity.factor(START.plus(DAY.multipliedBy(3)))).isLessThan(0.8);

    var silent = START.plus(DAY.multipliedBy(5));

    assertThat(activity.factor(silent)).isEqualTo(1);
    for (int minute = 0; minute <= MINUTES; minute++) {
      assertThat(activity.factor(silent.plus(Duration.ofMinutes(minute)))).isEqualTo(1);
      activity.seen(device(), silent.plus(Duration.ofMinutes(minute)));
    }
  }

  @Test
  void populationThatNeverCame_hasTheFactorOne() {
    for (int hour = 0; hour < 72; hour++) {
      assertThat(activity.factor(START.plus(Duration.ofHours(hour)))).isEqualTo(1);
    }
  }

  /** Devices an hour: 600 in the mean, 840 at 14 o'clock, 360 at 2. */
  private static double sinusoid(double minute) {
    return 600 + 240 * Math.cos(2 * Math.PI * (minute - PEAK) / MINUTES);
  }

  private static double meanDelaySeconds(int minute, double factor) {
    var pace = new PaceSteering(Duration.ofSeconds(1), DAY, Duration.ofMinutes(1), 1000);
    var window =
        pace.next(START.plus(Duration.ofMinutes(minute)), new Arrivals(100_000, factor), 130);
    return window.min().plus(window.max()).toNanos() / 2e9;
  }

  /** Lives so many days and one more, and gives the factor of each minute of the last. */
  private double[] factorsAfter(int days, DoubleUnaryOperator devicesAnHour) {
    double[] factors = new double[MINUTES];
    double due = 0;
    for (int day = 0; day <= days; day++) {
      for (int minute = 0; minute < MINUTES; minute++) {
        var now = midnight.plus(Duration.ofMinutes(minute));
        factors[minute] = activity.factor(now);
        due += devicesAnHour.applyAsDouble(minute) / 60;
        for (; due >= 1; due--) {
          activity.seen(device(), now);
        }
      }
      midnight = midnight.plus(DAY);
    }
    return factors;
  }

  private DeviceId device() {
    return new DeviceId("%016x%016x".formatted(random.nextLong(), random.nextLong()));
  }
}
