package dev.tributary.security.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.Vectors;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class X25519WycheproofTest {

  static List<List<String>> cases() {
    return Vectors.read("wycheproof/x25519.txt");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void functionAndKeyCheck_decideAsTheCaseSays(List<String> fields) {
    byte[] point = Vectors.hex(fields.get(2));
    byte[] scalar = Vectors.hex(fields.get(3));
    switch (fields.get(1)) {
      case "key" -> {
        assertThat(AgreementPublicKey.of(CipherSuite.CLASSIC, point).toByteArray())
            .isEqualTo(point);
        assertThat(X25519KeyExchange.agree(scalar, point)).isEqualTo(Vectors.hex(fields.get(4)));
      }
      case "second" -> {
        assertThat(X25519KeyExchange.agree(scalar, point)).isEqualTo(Vectors.hex(fields.get(4)));
        assertRefusedAsKey(point);
      }
      case "zero" -> {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> X25519KeyExchange.agree(scalar, point));
        assertRefusedAsKey(point);
      }
      default -> throw new AssertionError("kind of case: " + fields.get(1));
    }
  }

  private static void assertRefusedAsKey(byte[] point) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgreementPublicKey.of(CipherSuite.CLASSIC, point));
  }
}
