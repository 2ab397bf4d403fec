package dev.tributary.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {

  private final RetrySchedule schedule = RetrySchedule.standard();

  @Property
  void transientError_waits15MinutesWithin20Percent(@ForAll long seed) {
    assertThat(schedule.afterTransientError(new SplittableRandom(seed)))
        .isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
  }

  @Property
  void permanentError_waits4HoursWithin20Percent(@ForAll long seed) {
    assertThat(schedule.afterPermanentError(new SplittableRandom(seed)))
        .isBetween(Duration.ofMinutes(192), Duration.ofMinutes(288));
  }

  @Property
  void window_drawsInsideIt(
      @ForAll long seed,
      @ForAll @LongRange(min = 1000, max = 86_400_000) long from,
      @ForAll @LongRange(min = 0, max = 86_400_000) long width) {
    assertThat(schedule.withinWindow(from, from + width, new SplittableRandom(seed)).toMillis())
        .isBetween(from, from + width);
  }

  /**
   * Uniform, 10 000 draws in ten bins: a bin off by 6 sigma (180) happens by chance once in 5e7
   * runs; seed fixed.
   */
  @Test
  void window_isUsedEvenly() {
    var random = new SplittableRandom(42);
    int[] bins = new int[10];
    for (int i = 0; i < 10_000; i++) {
      bins[(int) ((schedule.withinWindow(10_000, 19_999, random).toMillis() - 10_000) / 1000)]++;
    }
    assertThat(Arrays.stream(bins).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(820, 1180));
  }

  @Test
  void windowOfNoWait_isHeldToTheShortestWait() {
    assertThat(schedule.withinWindow(0, 0, new SplittableRandom(1)))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(new RetrySchedule(Duration.ZERO).withinWindow(0, 0, new SplittableRandom(1)))
        .isZero();
  }

  @Test
  void absurdWindowOrRetryAfter_isCutToAWeek() {
    assertThat(schedule.withinWindow(Long.MAX_VALUE, Long.MAX_VALUE, new SplittableRandom(1)))
        .isEqualTo(Duration.ofDays(7));
    assertThat(
            schedule.afterRetryAfter(Duration.ofSeconds(Long.MAX_VALUE), new SplittableRandom(1)))
        .isEqualTo(Duration.ofDays(7));
    assertThat(schedule.bounded(Duration.ofDays(4000))).isEqualTo(Duration.ofDays(7));
  }

  @Property
  void retryAfter_isNeverCutShort_andSpreadBy20Percent(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 86_400) int seconds) {
    assertThat(schedule.afterRetryAfter(Duration.ofSeconds(seconds), new SplittableRandom(seed)))
        .isBetween(Duration.ofSeconds(seconds), Duration.ofMillis(seconds * 1200L));
  }

  @Property
  void retriesWithinARound_doubleUpTo30Seconds(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int failures) {
    long whole = Math.min(30_000, 500L << Math.min(failures - 1, 20));
    assertThat(schedule.withinRound(failures, new SplittableRandom(seed)).toMillis())
        .isBetween(whole / 2, whole);
  }

  @Test
  void sameRandomness_givesTheSameWaits() {
    assertThat(schedule.afterTransientError(new SplittableRandom(9)))
        .isEqualTo(schedule.afterTransientError(new SplittableRandom(9)));
  }

  @Test
  void negativeShortestWait_isRefused() {
    assertThatThrownBy(() -> new RetrySchedule(Duration.ofMillis(-1)))
        .hasMessageContaining("shortest wait");
  }
}
