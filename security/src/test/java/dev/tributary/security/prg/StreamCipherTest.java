package dev.tributary.security.prg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamCipherTest {

  private static final byte[] SEED =
      HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  private static final byte[] CONTEXT = "context".getBytes(StandardCharsets.US_ASCII);

  /** RFC 5869 by hand, with the JDK's HMAC: one block of output. */
  @ParameterizedTest
  @EnumSource
  void key_isThatOfTheStatedDerivation(StreamCipher cipher) throws GeneralSecurityException {
    byte[] pseudorandom = hmac(new byte[32], SEED);
    String label = cipher == StreamCipher.AES_128 ? "aes-128" : "aes-256";
    String info = "tributary/stream/v1/" + label + "\0context\1";
    byte[] block = hmac(pseudorandom, info.getBytes(StandardCharsets.US_ASCII));

    byte[] key = cipher.key(secret(SEED), CONTEXT).toByteArray(InsecureSecretAccess.get());
    assertThat(key).isEqualTo(Arrays.copyOf(block, cipher.keyLengthBytes()));
    assertThat(next(cipher.stream(secret(SEED), CONTEXT)))
        .isEqualTo(next(AesCtrStream.withKey(key)));
  }

  @Test
  void anyBitOfSeedOrContext_changesTheStream() {
    for (StreamCipher cipher : StreamCipher.values()) {
      byte[] stream = next(cipher.stream(secret(SEED), CONTEXT));
      for (int bit = 0; bit < 256; bit++) {
        byte[] other = SEED.clone();
        other[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(next(cipher.stream(secret(other), CONTEXT))).isNotEqualTo(stream);
      }
      for (int bit = 0; bit < 8 * CONTEXT.length; bit++) {
        byte[] other = CONTEXT.clone();
        other[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(next(cipher.stream(secret(SEED), other))).isNotEqualTo(stream);
      }
    }
  }

  @Test
  void ciphers_haveIndependentKeys() {
    byte[] longer =
        StreamCipher.AES_256.key(secret(SEED), CONTEXT).toByteArray(InsecureSecretAccess.get());
    byte[] shorter =
        StreamCipher.AES_128.key(secret(SEED), CONTEXT).toByteArray(InsecureSecretAccess.get());
    assertThat(Arrays.copyOf(longer, 16)).isNotEqualTo(shorter);
  }

  @ParameterizedTest
  @EnumSource
  void seedOfAnotherLength_isRefused(StreamCipher cipher) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher.key(secret(new byte[16]), CONTEXT))
        .withMessage("seed of a stream: expected 32 bytes, got 16");
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] next(AesCtrStream stream) {
    byte[] out = new byte[48];
    stream.fill(out);
    return out;
  }

  private static SecretBytes secret(byte[] bytes) {
    return SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
  }
}
