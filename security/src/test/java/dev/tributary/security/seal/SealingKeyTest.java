package dev.tributary.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealingKeyTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] PLACE = "from a to b".getBytes(StandardCharsets.US_ASCII);

  private final SealingKey key = SealingKey.generate(RANDOM);
  private final SecretBytes content = SecretBytes.random(20, RANDOM);
  private final byte[] sealed = key.seal(PLACE, content, RANDOM);

  /** McGrew and Viega's submission to NIST, test cases 13 to 16: AES-256, nonces of 96 bits. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "000000000000000000000000,'','','',530f8afbc74536b9a963b4f1c4cb738b",
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "000000000000000000000000,'',00000000000000000000000000000000,"
        + "cea7403d4d606b6e074ec5d3baf39d18,d0d1c8a799996bf0265b98b5d48ab919",
    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308,"
        + "cafebabefacedbaddecaf888,'',"
        + "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255,"
        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad,"
        + "b094dac5d93471bdec1a502270e3cc6c",
    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308,"
        + "cafebabefacedbaddecaf888,feedfacedeadbeeffeedfacedeadbeefabaddad2,"
        + "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39,"
        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662,"
        + "76fc6ece0f4e1768cddf8853bb2d551b"
  })
  void vectorsOfTheGcmSubmission_areReproduced(
      String key, String nonce, String associated, String plain, String cipher, String tag) {
    SealingKey given = SealingKey.of(secret(key));
    byte[] message = given.seal(HEX.parseHex(nonce), HEX.parseHex(associated), secret(plain));
    assertThat(HEX.formatHex(message)).isEqualTo(nonce + cipher + tag);
    assertThat(given.open(HEX.parseHex(associated), message)).contains(secret(plain));
  }

  @Property(tries = 200)
  void sealed_opensToItsContent(
      @ForAll @Size(max = 300) byte[] bytes, @ForAll @Size(max = 100) byte[] place) {
    SealingKey fresh = SealingKey.generate(RANDOM);
    SecretBytes secret = SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
    byte[] message = fresh.seal(place, secret, RANDOM);
    assertThat(message).hasSize(bytes.length + SealingKey.OVERHEAD_BYTES);
    assertThat(fresh.open(place, message)).contains(secret);
  }

  @Test
  void anyFlippedBit_isNoticed() {
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.open(PLACE, changed)).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void anyFlippedBitOfTheAssociatedData_isNoticed() {
    for (int bit = 0; bit < 8 * PLACE.length; bit++) {
      byte[] changed = PLACE.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.open(changed, sealed)).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void anyOtherLength_isNoticed() {
    for (int length = 0; length < sealed.length; length++) {
      assertThat(key.open(PLACE, Arrays.copyOf(sealed, length))).as("%d bytes", length).isEmpty();
    }
    assertThat(key.open(PLACE, Arrays.copyOf(sealed, sealed.length + 1))).isEmpty();
  }

  @Test
  void anotherKey_opensNothing() {
    assertThat(SealingKey.generate(RANDOM).open(PLACE, sealed)).isEmpty();
  }

  @Test
  void sameContent_isSealedDifferentlyEachTime() {
    assertThat(key.seal(PLACE, content, RANDOM)).isNotEqualTo(sealed);
  }

  /** The JDK's cipher refuses the key and nonce that it sealed with last, if it has them still. */
  @Test
  void sealedKey_isNotInTheThreadsCipherAnyMore() {
    byte[] nonce = Arrays.copyOf(sealed, 12);
    assertThat(key.seal(nonce, PLACE, content)).isEqualTo(sealed);
    assertThat(key.seal(nonce, PLACE, content)).isEqualTo(sealed);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33})
  void keyOfAnotherLength_isRefused(int length) {
    SecretBytes other = SecretBytes.copyOf(new byte[length], InsecureSecretAccess.get());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealingKey.of(other))
        .withMessage("sealing key: expected 32 bytes, got " + length);
  }

  @Test
  void destroyed_neitherSealsNorOpens() {
    key.destroy();
    assertThatIllegalStateException().isThrownBy(() -> key.seal(PLACE, content, RANDOM));
    assertThatIllegalStateException().isThrownBy(() -> key.open(PLACE, sealed));
    assertThat(key).hasToString("SealingKey[redacted]");
  }

  private static SecretBytes secret(String hex) {
    return SecretBytes.copyOf(HEX.parseHex(hex), InsecureSecretAccess.get());
  }
}
