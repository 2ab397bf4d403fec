package dev.tributary.aggregation.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DeviceSignature;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class VerifiedSignaturesTest {

  private static final byte[] MESSAGE = "survivors".getBytes(StandardCharsets.US_ASCII);

  private final SecureRandom random = new SecureRandom();
  private final DeviceKeyPair device = DeviceKeyPair.generate(random);
  private final DeviceSignature signature = device.sign(MESSAGE);
  private final VerifiedSignatures verified = new VerifiedSignatures();

  @Test
  void good_isRememberedOnce() {
    assertThat(verified.verify(device.publicKey(), MESSAGE, signature)).isTrue();
    assertThat(verified.verify(device.publicKey(), MESSAGE, signature)).isTrue();
    assertThat(verified.count()).isEqualTo(1);
  }

  @Test
  void anyBitOfMessageOrSignatureFlipped_isRefusedThoughTheGoodOneIsKnown() {
    verified.verify(device.publicKey(), MESSAGE, signature);
    for (int bit = 0; bit < MESSAGE.length * Byte.SIZE; bit++) {
      assertThat(verified.verify(device.publicKey(), flipped(MESSAGE, bit), signature)).isFalse();
    }
    for (int bit = 0; bit < DeviceSignature.LENGTH_BYTES * Byte.SIZE; bit++) {
      DeviceSignature other = DeviceSignature.of(flipped(signature.toByteArray(), bit));
      assertThat(verified.verify(device.publicKey(), MESSAGE, other)).isFalse();
    }
    assertThat(verified.count()).isEqualTo(1);
  }

  @Test
  void anotherKey_isRefusedThoughTheGoodOneIsKnown() {
    verified.verify(device.publicKey(), MESSAGE, signature);
    var other = DeviceKeyPair.generate(random).publicKey();
    assertThat(verified.verify(other, MESSAGE, signature)).isFalse();
  }

  @Test
  void bytesMovedFromSignatureToMessage_areAnotherQuestion() {
    verified.verify(device.publicKey(), MESSAGE, signature);
    byte[] bytes = signature.toByteArray();
    byte[] moved =
        ByteBuffer.allocate(MESSAGE.length + 1).put(bytes[bytes.length - 1]).put(MESSAGE).array();
    assertThat(verified.verify(device.publicKey(), moved, signature)).isFalse();
  }

  @Test
  void moreThanTheMost_forgetsTheOldest() {
    for (int i = 0; i <= VerifiedSignatures.MOST; i++) {
      byte[] message = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
      verified.verify(device.publicKey(), message, device.sign(message));
    }
    assertThat(verified.count()).isEqualTo(VerifiedSignatures.MOST);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
    return changed;
  }
}
