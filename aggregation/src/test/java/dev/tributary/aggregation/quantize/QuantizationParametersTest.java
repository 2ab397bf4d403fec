package dev.tributary.aggregation.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationParametersTest {

  @ParameterizedTest
  @CsvSource({
    "16,1,16",
    "16,2,17",
    "16,3,18",
    "16,1000,26",
    "16,1024,26",
    "16,1025,27",
    "16,65536,32",
    "8,10,12"
  })
  void ringBits_areBitsPlusTheLogarithmOfTheDevices(int bits, int maxDevices, int ringBits) {
    assertThat(QuantizationParameters.forTraining(10, bits, 1f, 1f, 1, maxDevices).ringBits())
        .isEqualTo(ringBits);
  }

  @Property
  void sumOfTheLargestLanes_neverReachesTheModulus(
      @ForAll boolean sixteen, @ForAll @IntRange(min = 1, max = 65_536) int maxDevices) {
    QuantizationParameters p =
        QuantizationParameters.forTraining(1, sixteen ? 16 : 8, 1f, 1f, 1, maxDevices);

    assertThat(p.maxLane() * maxDevices).isLessThan(1L << p.ringBits());
  }

  @Property
  void sumOfTheLargestCounts_neverReachesTheModulus(
      @ForAll @IntRange(min = 1, max = 1 << 24) int maxDevices) {
    QuantizationParameters p = QuantizationParameters.forEvaluation(10, maxDevices);

    assertThat(p.maxLane() * maxDevices).isLessThan(1L << p.ringBits());
    assertThat(p.vectorLength()).isEqualTo(101);
  }

  @Test
  void tooManyDevices_areRefused_namingTheNumberToChange() {
    assertThatThrownBy(() -> QuantizationParameters.forTraining(10, 16, 1f, 1f, 1, 65_537))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("33 ring bits")
        .hasMessageContaining("lower maxDevices to 65536")
        .hasMessageContaining("bits to 8");
    assertThatThrownBy(() -> QuantizationParameters.forTraining(10, 8, 1f, 1f, 1, (1 << 24) + 1))
        .hasMessageContaining("lower maxDevices to 16777216")
        .hasMessageNotContaining("bits to 8");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 7, 9, 15, 17, 32})
  void updatesHaveEightOrSixteenBits(int bits) {
    assertThatThrownBy(() -> QuantizationParameters.forTraining(10, bits, 1f, 1f, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bits: expected 8 or 16, got " + bits);
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, -1f, Float.NaN, Float.POSITIVE_INFINITY})
  void rangeMustBeAboveZeroAndFinite(float range) {
    assertThatThrownBy(() -> QuantizationParameters.forTraining(10, 16, 1f, range, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("range");
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, -1f, Float.NaN})
  void clipNormMustBeAboveZero(float clipNorm) {
    assertThatThrownBy(() -> QuantizationParameters.forTraining(10, 16, clipNorm, 1f, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clipNorm");
  }

  @Test
  void infiniteClipNorm_isAllowed_andMeansNoClipping() {
    QuantizationParameters p =
        QuantizationParameters.forTraining(1, 16, Float.POSITIVE_INFINITY, 1f, 1, 2);
    float[] huge = {Float.MAX_VALUE};

    assertThat(new Clipper(p).clip(new LocalUpdate(huge, 1)).values())
        .containsExactly(Float.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "0,16,20,1,10,parameters",
    "1073741825,16,20,1,10,parameters",
    "10,1,20,1,10,bits",
    "10,33,40,1,10,bits",
    "10,16,19,1,10,ringBits",
    "10,16,57,1,10,ringBits",
    "10,16,20,0,10,maxExamples",
    "10,16,20,1,0,maxDevices"
  })
  void whatArrivesInAManifest_isChecked(
      int parameters, int bits, int ringBits, int maxExamples, int maxDevices, String named) {
    assertThatThrownBy(
            () ->
                new QuantizationParameters(
                    parameters, bits, ringBits, 1f, 1f, maxExamples, maxDevices))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void packedBytes_areTheBitsOfAllResiduesRoundedUp() {
    assertThat(QuantizationParameters.forTraining(101_770, 16, 1f, 1f, 1, 10).packedBytes())
        .isEqualTo((101_771L * 20 + 7) / 8);
  }
}
