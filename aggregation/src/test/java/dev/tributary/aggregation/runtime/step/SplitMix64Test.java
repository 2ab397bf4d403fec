package dev.tributary.aggregation.runtime.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SplitMix64Test {

  /**
   * The published vector of the reference implementation (Vigna, splitmix64.c) for the seed
   * 1234567.
   */
  @Test
  void theGenerator_isTheReferenceOne() {
    SplitMix64 random = new SplitMix64(1_234_567);
    for (String expected :
        new String[] {
          "6457827717110365317", "3203168211198807973", "9817491932198370423", "4593380528125082431"
        }) {
      assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo(expected);
    }
  }

  @Test
  void boundedNumbers_stayBelowTheirBound_andReachEveryValue() {
    SplitMix64 random = new SplitMix64(1);
    boolean[] seen = new boolean[7];
    for (int i = 0; i < 1000; i++) {
      seen[random.nextInt(7)] = true;
    }
    assertThat(seen).containsOnly(true);
    for (int i = 0; i < 1000; i++) {
      assertThat(random.nextInt(Integer.MAX_VALUE)).isBetween(0, Integer.MAX_VALUE - 1);
    }
    assertThat(random.nextInt(1)).isZero();
  }
}
