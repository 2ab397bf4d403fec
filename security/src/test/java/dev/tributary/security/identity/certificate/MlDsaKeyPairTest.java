package dev.tributary.security.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.Vectors;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MlDsaKeyPairTest {

  /** FIPS 204, table 1, for ML-DSA-65: where the parts of a signature begin. */
  private static final int Z_OFFSET = 48;

  private static final int HINT_OFFSET = Z_OFFSET + 5 * 640;
  private static final int OMEGA = 55;

  private final byte[] message = {1, 2, 3};
  private final MlDsaKeyPair pair =
      new MlDsaKeyPair(SecretBytes.copyOf(new byte[32], InsecureSecretAccess.get()));
  private final byte[] signature = pair.sign(message);

  @Test
  void wycheproofsKeyAndSignature_areReproduced() {
    for (List<String> fields : Vectors.read("wycheproof/ml-dsa-65.txt")) {
      MlDsaKeyPair given =
          new MlDsaKeyPair(
              SecretBytes.copyOf(Vectors.hex(fields.get(1)), InsecureSecretAccess.get()));
      byte[] text = Vectors.hex(fields.get(4));
      byte[] made = given.sign(text);
      assertThat(HexFormat.of().formatHex(given.publicKey().getEncoded()))
          .startsWith(fields.get(2))
          .endsWith(fields.get(3));
      assertThat(HexFormat.of().formatHex(made))
          .hasSize(2 * 3309)
          .startsWith(fields.get(5))
          .endsWith(fields.get(6));
      assertThat(MlDsaKeyPair.verifies(given.publicKey(), text, made)).isTrue();
    }
  }

  @Test
  void own_isVerified() {
    assertThat(MlDsaKeyPair.verifies(pair.publicKey(), message, signature)).isTrue();
  }

  /** One bit of every fifth byte. */
  @Test
  void flippedBit_isNoticed() {
    for (int i = 0; i < signature.length; i += 5) {
      int at = i;
      assertRefused(changed -> changed[at] ^= (byte) (1 << at % 8));
    }
  }

  @Test
  void anotherMessageOrKey_isNoticed() {
    MlDsaKeyPair other =
        new MlDsaKeyPair(SecretBytes.copyOf(vector(1), InsecureSecretAccess.get()));
    assertThat(MlDsaKeyPair.verifies(pair.publicKey(), new byte[] {1, 2}, signature)).isFalse();
    assertThat(MlDsaKeyPair.verifies(other.publicKey(), message, signature)).isFalse();
  }

  @Test
  void anotherLength_isNoticed() {
    for (int length : new int[] {0, 1, 48, 3308, 3310}) {
      assertThat(MlDsaKeyPair.verifies(pair.publicKey(), message, Arrays.copyOf(signature, length)))
          .isFalse();
    }
  }

  @Test
  void partsAtTheirEdges_areRefused() {
    assertRefused(changed -> Arrays.fill(changed, (byte) 0));
    assertRefused(changed -> Arrays.fill(changed, (byte) 0xff));
    assertRefused(changed -> Arrays.fill(changed, 0, Z_OFFSET, (byte) 0));
    // a coefficient of z at its bound, which is beyond what the norm allows
    assertRefused(changed -> Arrays.fill(changed, Z_OFFSET, Z_OFFSET + 3, (byte) 0));
    assertRefused(changed -> Arrays.fill(changed, Z_OFFSET, HINT_OFFSET, (byte) 0));
  }

  /** FIPS 204, algorithm 21: a hint has one encoding. */
  @Test
  void hintInASecondEncoding_isRefused() {
    int first = HINT_OFFSET;
    // more than omega ones, and a count that goes back
    assertRefused(changed -> changed[first + OMEGA + 5] = OMEGA + 1);
    assertRefused(changed -> changed[first + OMEGA + 1] = 0);
    // two ones in the wrong order, and one twice
    assertRefused(
        changed -> {
          byte smaller = changed[first];
          changed[first] = changed[first + 1];
          changed[first + 1] = smaller;
        });
    assertRefused(changed -> changed[first + 1] = changed[first]);
    // something where there is no one any more
    assertRefused(changed -> changed[first + OMEGA - 1] = 1);
  }

  @Test
  void seedOfAnotherLength_isRefused() {
    SecretBytes other = SecretBytes.copyOf(new byte[64], InsecureSecretAccess.get());
    assertThatIllegalArgumentException().isThrownBy(() -> new MlDsaKeyPair(other));
  }

  private void assertRefused(Consumer<byte[]> change) {
    byte[] changed = signature.clone();
    change.accept(changed);
    assertThat(MlDsaKeyPair.verifies(pair.publicKey(), message, changed)).isFalse();
  }

  private static byte[] vector(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
