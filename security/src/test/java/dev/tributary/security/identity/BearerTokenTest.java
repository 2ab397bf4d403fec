package dev.tributary.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.secret.InsecureSecretAccess;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

  private static final String TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

  /** printf %s TEXT | sha256sum. */
  private static final String HASH =
      "ea866a757e4c38babfa8127cbe9a409d3e1f93a00ff1488ff735fcf917afffd0";

  private final SecureRandom random = new SecureRandom();

  @Test
  void text_isParsedBack() {
    BearerToken token = BearerToken.random(random);
    String text = token.text(InsecureSecretAccess.get());
    assertThat(text).hasSize(BearerToken.TEXT_LENGTH).matches("[A-Za-z0-9_-]+");
    assertThat(BearerToken.of(text)).isEqualTo(token).hasSameHashCodeAs(token);
  }

  @Test
  void randomTokens_differ() {
    Set<BearerToken> tokens = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      tokens.add(BearerToken.random(random));
    }
    assertThat(tokens).hasSize(100);
  }

  @Test
  void toString_isRedacted() {
    assertThat(BearerToken.of(TEXT)).hasToString("BearerToken[redacted]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh", // a character short
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", // padded
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", // unused bits set: a second spelling
        "+AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", // alphabet of plain base64
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh ",
        "\u0141AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8" // truncates to 'A' in Latin-1
      })
  void otherText_isRefusedWithoutRepeatingIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BearerToken.of(text))
        .withMessageContaining("expected 43 characters of base64url")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("AECAwQFB"));
  }

  @Test
  void hash_isSha256OfTheText() {
    TokenHash hash = BearerToken.of(TEXT).hash();
    assertThat(hash).hasToString(HASH).isEqualTo(TokenHash.ofHex(HASH));
    assertThat(hash.toByteArray()).hasSize(32);
  }

  @Test
  void hash_matchesItsTokenOnly() {
    TokenHash hash = TokenHash.ofHex(HASH);
    assertThat(hash.matches(BearerToken.of(TEXT))).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(hash.matches(BearerToken.random(random))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "AB", "zz", "000"})
  void otherHex_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenHash.ofHex(text.repeat(32)))
        .withMessageContaining("expected 64 lower-case hexadecimal digits");
  }
}
