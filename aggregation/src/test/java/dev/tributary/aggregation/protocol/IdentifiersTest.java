package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {

  /** Parses text from outside. */
  @FunctionalInterface
  interface Parser {

    Object parse(String text) throws RejectedException;
  }

  record Bad(String kind, Parser parser, String text) {

    @Override
    public String toString() {
      return kind + " \"" + text + "\"";
    }
  }

  static Stream<Bad> badTexts() {
    return Stream.of(
            of("task", TaskName::parse, "", "-a", "A", "a b", "a.b", "a/b", "ä", "a\n", "%2e"),
            of("task", TaskName::parse, "a".repeat(64)),
            of("population", PopulationName::parse, "", "-", "a_b", "a".repeat(64)),
            of("round", RoundId::parse, "", "a", "a.", ".1", "a.0", "a.-1", "a.1.2", "a.+1"),
            of("round", RoundId::parse, "a.01", "a.1 ", "a.1000000000000000", "A.1", "a.١"),
            of("device", DeviceId::parse, "", "a".repeat(31), "a".repeat(33), "A".repeat(32)),
            of("upload", UploadId::parse, "", "g".repeat(32), "../" + "a".repeat(29)))
        .flatMap(bad -> bad);
  }

  @ParameterizedTest
  @MethodSource("badTexts")
  void otherText_isRefusedWithoutRepeatingIt(Bad bad) {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> bad.parser().parse(bad.text()))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(RejectReason.FIELD_WRONG_FORM);
              assertThat(e.detail()).contains("expected the form");
              if (bad.text().length() > 5) {
                assertThat(e.detail()).doesNotContain(bad.text());
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "a-", "next-word", "0-0"})
  void name_isItsText(String text) throws RejectedException {
    assertThat(TaskName.parse(text)).hasToString(text);
    assertThat(PopulationName.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.1", "next-word.17", "a-.999999999999999"})
  void roundId_isItsText(String text) throws RejectedException {
    assertThat(RoundId.parse(text)).hasToString(text);
  }

  @Test
  void rounds_areOrderedByTaskThenNumber() {
    assertThat(Stream.of("b.1", "a.10", "a.9").map(RoundId::of).sorted().map(RoundId::toString))
        .containsExactly("a.9", "a.10", "b.1");
  }

  @Test
  void sdkVersions_areOrderedByNumberNotByText() {
    assertThat(
            Stream.of("1.10.0", "1.9.12", "0.99.0", "1.9.2")
                .map(SdkVersion::of)
                .sorted()
                .map(SdkVersion::toString))
        .containsExactly("0.99.0", "1.9.2", "1.9.12", "1.10.0");
  }

  @Test
  void randomUploadIds_differ() {
    SecureRandom random = new SecureRandom();
    assertThat(UploadId.random(random)).isNotEqualTo(UploadId.random(random));
  }

  @Test
  void deviceId_isSixteenBytes() {
    DeviceId id = new DeviceId("000102030405060708090a0b0c0d0eff");
    assertThat(id.toByteArray()).hasSize(16).startsWith(0, 1, 2).endsWith(0x0e, 0xff);
  }

  private static Stream<Bad> of(String kind, Parser parser, String... texts) {
    return Stream.of(texts).map(text -> new Bad(kind, parser, text));
  }
}
