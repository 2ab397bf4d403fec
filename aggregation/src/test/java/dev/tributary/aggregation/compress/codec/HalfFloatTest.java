package dev.tributary.aggregation.compress.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HalfFloatTest {

  private static final int PATTERNS = 1 << 16;

  @Test
  void everyFiniteHalf_comesBackFromItsFloat() {
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
      float value = HalfFloat.toFloat((short) pattern);
      if (Float.isFinite(value)) {
        assertThat(HalfFloat.of(value)).as("pattern %x", pattern).isEqualTo((short) pattern);
      } else {
        assertThat(HalfFloat.fits(value)).isFalse();
      }
    }
  }

  @Test
  void knownValues_areThoseOfTheStandard() {
    assertThat(HalfFloat.toFloat((short) 0x3c00)).isEqualTo(1f);
    assertThat(HalfFloat.toFloat((short) 0xc000)).isEqualTo(-2f);
    assertThat(HalfFloat.toFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(HalfFloat.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(HalfFloat.toFloat((short) 0x0400)).isEqualTo(0x1p-14f);
    assertThat(HalfFloat.toFloat((short) 0x3555)).isEqualTo(1365f / 4096);
    assertThat(Float.floatToRawIntBits(HalfFloat.toFloat((short) 0x8000)))
        .isEqualTo(Float.floatToRawIntBits(-0f));
  }

  @Test
  void halfWayBetweenTwoHalves_theEvenOneIsTaken() {
    assertThat(HalfFloat.of(1f + 0x1p-11f)).isEqualTo((short) 0x3c00);
    assertThat(HalfFloat.of(1f + 3 * 0x1p-11f)).isEqualTo((short) 0x3c02);
    assertThat(HalfFloat.of(0x1p-25f)).isEqualTo((short) 0);
    assertThat(HalfFloat.of(3 * 0x1p-25f)).isEqualTo((short) 2);
    assertThat(HalfFloat.of(Math.nextUp(0x1p-25f))).isEqualTo((short) 1);
  }

  @Property(tries = 2000)
  void anyFloat_becomesTheNearestHalf(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    if (!HalfFloat.fits(value)) {
      return;
    }
    short half = HalfFloat.of(value);
    int magnitude = half & 0x7fff;
    double error = Math.abs((double) HalfFloat.toFloat(half) - value);
    for (int neighbour : new int[] {magnitude - 1, magnitude + 1}) {
      if (neighbour >= 0 && neighbour < 0x7c00) {
        float other = Math.copySign(HalfFloat.toFloat((short) neighbour), value);
        assertThat(error).isLessThanOrEqualTo(Math.abs((double) other - value));
      }
    }
  }

  @Property(tries = 500)
  void uniformBits_inTheRangeOfWeights_areRoundedWithinHalfAStep(@ForAll long seed) {
    Random random = new Random(seed);
    float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(40) - 26));
    float back = HalfFloat.toFloat(HalfFloat.of(value));
    double step = Math.max(0x1p-24, Math.pow(2, Math.getExponent(value) - 10));
    assertThat(Math.abs((double) back - value)).isLessThanOrEqualTo(step / 2);
  }

  @Test
  void whatWouldRoundToInfinity_isRefused() {
    assertThat(HalfFloat.of(Math.nextDown(65520f))).isEqualTo((short) 0x7bff);
    for (float value : new float[] {65520f, -65520f, Float.MAX_VALUE, Float.NaN}) {
      assertThat(HalfFloat.fits(value)).isFalse();
      assertThatThrownBy(() -> HalfFloat.of(value)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
