package dev.tributary.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Project Wycheproof's cases for what is public here; X25519 and ML-DSA have theirs in their
 * packages.
 */
class WycheproofTest {

  static List<List<String>> hkdf() {
    return Vectors.read("wycheproof/hkdf-sha256.txt");
  }

  static List<List<String>> gcm() {
    return Vectors.read("wycheproof/aes-256-gcm.txt");
  }

  /** Each case with the key that stands above it. */
  static Stream<List<String>> ed25519() {
    List<List<String>> cases = new ArrayList<>();
    String key = "";
    for (List<String> fields : Vectors.read("wycheproof/ed25519.txt")) {
      if (fields.get(0).equals("key")) {
        key = fields.get(1);
      } else {
        cases.add(List.of(key, fields.get(0), fields.get(1), fields.get(2), fields.get(3)));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource
  void hkdf(List<String> fields) {
    SecretBytes output =
        Hkdf.derive(
            Vectors.hex(fields.get(2)),
            secret(fields.get(1)),
            Vectors.hex(fields.get(3)),
            Integer.parseInt(fields.get(4)));
    String hex = output.lend(InsecureSecretAccess.get(), HexFormat.of()::formatHex);
    assertThat(hex).startsWith(fields.get(5));
  }

  @Test
  void hkdf_outputThatIsTooLong_isRefused() {
    SecretBytes material = secret("91556a70e96dccb6a2fbee28250bdbd5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hkdf.derive(new byte[0], material, new byte[0], 8161));
  }

  @ParameterizedTest
  @MethodSource
  void gcm(List<String> fields) {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    for (int field : new int[] {3, 6, 7}) {
      sealed.writeBytes(Vectors.hex(fields.get(field)));
    }
    Optional<SecretBytes> opened =
        SealingKey.of(secret(fields.get(2))).open(Vectors.hex(fields.get(4)), sealed.toByteArray());
    if (fields.get(1).equals("valid")) {
      assertThat(opened).contains(secret(fields.get(5)));
    } else {
      assertThat(opened).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource
  void ed25519(List<String> fields) {
    boolean verified;
    try {
      verified =
          DevicePublicKey.of(Vectors.hex(fields.get(0)))
              .verifies(Vectors.hex(fields.get(3)), DeviceSignature.of(Vectors.hex(fields.get(4))));
    } catch (IllegalArgumentException e) {
      verified = false;
    }
    assertThat(verified).as("case %s", fields.get(1)).isEqualTo(fields.get(2).equals("valid"));
  }

  /** The mechanism inside X-Wing, as it is called there. */
  @Test
  void mlKem768_rejectsImplicitly() {
    for (List<String> fields : Vectors.read("wycheproof/ml-kem-768.txt")) {
      MLKEMPrivateKeyParameters key =
          new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, Vectors.hex(fields.get(1)));
      assertThat(HexFormat.of().formatHex(key.getPublicKey()))
          .startsWith(fields.get(2))
          .endsWith(fields.get(3));
      byte[] ciphertext = Vectors.hex(fields.get(4));
      assertThat(new MLKEMExtractor(key).extractSecret(ciphertext))
          .isEqualTo(Vectors.hex(fields.get(5)));
      byte[] changed = Arrays.copyOf(ciphertext, ciphertext.length);
      changed[0] ^= 1;
      assertThat(new MLKEMExtractor(key).extractSecret(changed))
          .isNotEqualTo(Vectors.hex(fields.get(5)));
    }
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.copyOf(Vectors.hex(hex), InsecureSecretAccess.get());
  }
}
