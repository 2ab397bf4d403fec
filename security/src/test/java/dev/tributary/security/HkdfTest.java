package dev.tributary.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HkdfTest {

  private static final HexFormat HEX = HexFormat.of();

  /** RFC 5869, appendices A.1 to A.3. */
  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,"
        + "000102030405060708090a0b0c,"
        + "f0f1f2f3f4f5f6f7f8f9,"
        + "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5,"
        + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
        + "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f,"
        + "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
        + "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf,"
        + "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
        + "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff,"
        + "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244,"
        + "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,'','',"
        + "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04,"
        + "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
  })
  void vectorsOfRfc5869_areReproduced(
      String material, String salt, String info, String key, String output) {
    SecretBytes extracted = Hkdf.extract(HEX.parseHex(salt), secret(material));
    assertThat(hex(extracted)).isEqualTo(key);
    assertThat(hex(Hkdf.expand(extracted, HEX.parseHex(info), output.length() / 2)))
        .isEqualTo(output);
    assertThat(
            hex(
                Hkdf.derive(
                    HEX.parseHex(salt), secret(material), HEX.parseHex(info), output.length() / 2)))
        .isEqualTo(output);
  }

  @Property(tries = 500)
  void derivation_agreesWithBouncyCastle(
      @ForAll @Size(max = 200) byte[] material,
      @ForAll @Size(max = 200) byte[] salt,
      @ForAll @Size(max = 200) byte[] info,
      @ForAll @IntRange(min = 1, max = 300) int length) {
    HKDFBytesGenerator twin = new HKDFBytesGenerator(new SHA256Digest());
    twin.init(new HKDFParameters(material, salt, info));
    byte[] expected = new byte[length];
    twin.generateBytes(expected, 0, length);

    SecretBytes input = SecretBytes.copyOf(material, InsecureSecretAccess.get());
    assertThat(hex(Hkdf.derive(salt, input, info, length))).isEqualTo(HEX.formatHex(expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 8161})
  void outputOfAnImpossibleLength_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hkdf.expand(secret("00".repeat(32)), new byte[0], length))
        .withMessage("HKDF output: expected 1 to 8160 bytes, got " + length);
  }

  @Test
  void longestOutput_isGiven() {
    assertThat(Hkdf.expand(secret("00".repeat(32)), new byte[0], 8160).length()).isEqualTo(8160);
  }

  @Test
  void shortPseudorandomKey_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hkdf.expand(secret("00".repeat(31)), new byte[0], 1))
        .withMessageContaining("at least 32 bytes, got 31");
  }

  @Test
  void destroyedMaterial_isRefused() {
    SecretBytes material = secret("00".repeat(32));
    material.destroy();
    assertThatIllegalStateException()
        .isThrownBy(() -> Hkdf.derive(new byte[0], material, new byte[0], 32));
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.copyOf(HEX.parseHex(hex), InsecureSecretAccess.get());
  }

  private static String hex(SecretBytes secret) {
    return secret.lend(InsecureSecretAccess.get(), HEX::formatHex);
  }
}
