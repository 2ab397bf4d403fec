package dev.tributary.security.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  private static JsonValue parse(String text) throws MalformedJsonException {
    return CanonicalJson.parse(text.getBytes(StandardCharsets.UTF_8), 10_000);
  }

  @Provide
  Arbitrary<JsonValue> values() {
    Arbitrary<JsonValue> leaves =
        Arbitraries.oneOf(
            Arbitraries.longs().map(JsonValue::of),
            Arbitraries.of(true, false).map(JsonValue::of),
            Arbitraries.just(new JsonValue.Nothing()),
            Arbitraries.strings()
                .withChars('a', '"', '\\', '/', '<', 'é', '\u2028', '\ud7ff', '\uffff')
                .ofMaxLength(8)
                .map(JsonValue::of));
    return deeper(deeper(deeper(leaves)));
  }

  private static Arbitrary<JsonValue> deeper(Arbitrary<JsonValue> inner) {
    return Arbitraries.oneOf(
        inner,
        inner.list().ofMaxSize(3).map(JsonValue::of),
        Arbitraries.maps(Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(4), inner)
            .ofMaxSize(3)
            .map(JsonValue::of));
  }

  @Property(tries = 500)
  void value_isReadBackFromItsText(@ForAll("values") JsonValue value) throws Exception {
    byte[] text = value.canonical();
    JsonValue read = CanonicalJson.parse(text, text.length);
    assertThat(read).isEqualTo(value);
    assertThat(read.canonical()).isEqualTo(text);
  }

  @Test
  void canonicalText_isThatOfTheDocument() {
    JsonValue value =
        JsonValue.of(
            Map.of(
                "b", JsonValue.of(List.of(JsonValue.of(1), JsonValue.of(true))),
                "a\"", JsonValue.of("x\\\"/é"),
                "B", JsonValue.of(-7)));
    assertThat(new String(value.canonical(), StandardCharsets.UTF_8))
        .isEqualTo("{\"B\":-7,\"a\\\"\":\"x\\\\\\\"/é\",\"b\":[1,true]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}x",
        "{} ",
        " {}",
        "{ }",
        "[1 ,2]",
        "{\"b\":1,\"a\":2}",
        "{\"a\":1,\"a\":1}",
        "\"\\u0061\"",
        "\"\\/\"",
        "\"\\n\"",
        "\"\n\"",
        "\"\\ud800\"",
        "-0",
        "01",
        "1.0",
        "1e3",
        "+1",
        "NaN",
        "9223372036854775808",
        "123456789012345678901234567890",
        "'a'",
        "{a:1}",
        "[1,]",
        "// c\n1",
        "\ufeff1",
        "nul",
        "[[[[[[[[[[[[[1]]]]]]]]]]]]]",
        "{\"é\":1}"
      })
  void anySpellingButTheCanonical_isRefused(String text) {
    assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> parse(text));
  }

  @Test
  void otherEncodings_areRefused() {
    for (var charset :
        List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      assertThatExceptionOfType(MalformedJsonException.class)
          .isThrownBy(() -> CanonicalJson.parse("{\"a\":1}".getBytes(charset), 100));
    }
    byte[] overlong = {'"', (byte) 0xc0, (byte) 0x80, '"'};
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> CanonicalJson.parse(overlong, 100));
  }

  @Test
  void moreBytesThanAllowed_areRefusedUnread() {
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> CanonicalJson.parse(new byte[11], 10))
        .withMessageContaining("at most 10 bytes");
  }

  @Test
  void controlCharacters_cannotBeWritten() {
    assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of("\u0007"));
    assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of("\ud800"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonValue.of(Map.of("ä", JsonValue.of(1))));
  }

  @Test
  void fields_areReadByNameAndKind_andNoneIsLeftOver() throws Exception {
    JsonFields fields =
        JsonFields.of(
            "x", parse("{\"flag\":true,\"list\":[1],\"n\":null,\"number\":5,\"text\":\"ab\"}"));
    assertThat(fields.flag("flag")).isTrue();
    assertThat(fields.items("list", 1)).hasSize(1);
    assertThat(fields.has("n")).isFalse();
    assertThat(fields.whole("number", 5, 5)).isEqualTo(5);
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(fields::finish)
        .withMessageContaining("x.n");
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.whole("number", 0, 4))
        .withMessage("x.number: expected 0..4, got 5");
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.text("text", Pattern.compile("a")))
        .withMessageContaining("'ab'");
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.text("text", 1));
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.items("list", 0));
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.object("number"))
        .withMessage("x.number: expected an object, got the number 5");
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.value("gone"))
        .withMessage("x.gone: expected it, found none");
  }
}
