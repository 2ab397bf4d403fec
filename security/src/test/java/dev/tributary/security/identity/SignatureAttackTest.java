package dev.tributary.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a forger tries first. */
class SignatureAttackTest {

  /** The order of the group, RFC 8032, section 5.1. */
  private static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private final DeviceKeyPair keys = keyPair(1);
  private final byte[] message = "tributary/session/v1".getBytes(StandardCharsets.US_ASCII);
  private final DeviceSignature signature = keys.sign(message);

  @Test
  void anyFlippedBitOfTheSignature_isRefused() {
    for (int bit = 0; bit < 8 * DeviceSignature.LENGTH_BYTES; bit++) {
      DeviceSignature forged = DeviceSignature.of(flipped(signature.toByteArray(), bit));
      assertThat(keys.publicKey().verifies(message, forged)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void anyFlippedBitOfTheMessage_isRefused() {
    for (int bit = 0; bit < 8 * message.length; bit++) {
      byte[] forged = flipped(message, bit);
      assertThat(keys.publicKey().verifies(forged, signature)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void anyFlippedBitOfThePublicKey_isRefused() {
    int points = 0;
    for (int bit = 0; bit < 8 * DevicePublicKey.LENGTH_BYTES; bit++) {
      DevicePublicKey other;
      try {
        other = DevicePublicKey.of(flipped(keys.publicKey().toByteArray(), bit));
      } catch (IllegalArgumentException notAPoint) {
        continue;
      }
      points++;
      assertThat(other.verifies(message, signature)).as("bit %d", bit).isFalse();
    }
    assertThat(points).as("flips that still gave a key of full order").isPositive();
  }

  @Test
  void otherKey_isRefused() {
    assertThat(keyPair(2).publicKey().verifies(message, signature)).isFalse();
  }

  @Test
  void shortenedAndLengthenedMessages_areRefused() {
    byte[] shorter = Arrays.copyOf(message, message.length - 1);
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    assertThat(keys.publicKey().verifies(shorter, signature)).isFalse();
    assertThat(keys.publicKey().verifies(longer, signature)).isFalse();
  }

  @Test
  void secondSpellingOfTheSameSignature_isRefused() {
    byte[] bytes = signature.toByteArray();
    byte[] scalar = Arrays.copyOfRange(bytes, 32, 64);
    byte[] malleable = littleEndian(new BigInteger(1, reversed(scalar)).add(L));
    System.arraycopy(malleable, 0, bytes, 32, 32);

    assertThat(keys.publicKey().verifies(message, DeviceSignature.of(bytes))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
      })
  void keyOfSmallOrder_isRefused(String encoded) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevicePublicKey.of(HexFormat.of().parseHex(encoded)))
        .withMessageContaining("prime order");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 1
        "0100000000000000000000000000000000000000000000000000000000000080", // x = -0
        "0200000000000000000000000000000000000000000000000000000000000000" // not on the curve
      })
  void bytesThatAreNoCanonicalPoint_areRefused(String encoded) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevicePublicKey.of(HexFormat.of().parseHex(encoded)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 64})
  void keyOfAnotherLength_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevicePublicKey.of(new byte[length]))
        .withMessage("Ed25519 public key: expected 32 bytes, got " + length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 65})
  void signatureOfAnotherLength_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceSignature.of(new byte[length]))
        .withMessage("Ed25519 signature: expected 64 bytes, got " + length);
  }

  private static DeviceKeyPair keyPair(int fill) {
    byte[] seed = new byte[DeviceKeyPair.PRIVATE_KEY_LENGTH_BYTES];
    Arrays.fill(seed, (byte) fill);
    return DeviceKeyPair.of(SecretBytes.copyOf(seed, InsecureSecretAccess.get()));
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] copy = bytes.clone();
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return copy;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] copy = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      copy[i] = bytes[bytes.length - 1 - i];
    }
    return copy;
  }

  private static byte[] littleEndian(BigInteger value) {
    byte[] bigEndian = value.toByteArray();
    return Arrays.copyOf(reversed(bigEndian), 32);
  }
}
