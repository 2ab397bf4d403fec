package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {

  @ParameterizedTest
  @CsvSource({"1,1, 1,1, 1", "1,3, 2,5, 3", "2,5, 1,3, 3", "1,9, 4,4, 4", "3,3, 1,9, 3"})
  void newestCommonVersion_isChosen(int min, int max, int deviceMin, int deviceMax, int chosen)
      throws RejectedException {
    VersionRange server = new VersionRange(min, max);
    VersionRange device = new VersionRange(deviceMin, deviceMax);
    assertThat(server.choose(device)).isEqualTo(chosen);
    assertThat(device.choose(server)).isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource({"1,1, 2,2", "3,4, 1,2"})
  void noCommonVersion_isRefusedNamingBothRanges(int min, int max, int deviceMin, int deviceMax) {
    VersionRange server = new VersionRange(min, max);
    VersionRange device = new VersionRange(deviceMin, deviceMax);
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> server.choose(device))
        .withMessageContainingAll(server.toString(), device.toString())
        .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectReason.UNSUPPORTED_VERSION));
  }

  @Test
  void currentVersion_isSupported() {
    assertThat(VersionRange.CURRENT)
        .isBetween(VersionRange.SUPPORTED.minimum(), VersionRange.SUPPORTED.maximum());
    assertThat(VersionRange.FIRST)
        .isBetween(VersionRange.SUPPORTED.minimum(), VersionRange.SUPPORTED.maximum());
  }
}
