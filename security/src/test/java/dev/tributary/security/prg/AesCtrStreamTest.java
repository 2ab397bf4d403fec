package dev.tributary.security.prg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AesCtrStreamTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY = HEX.parseHex("2b7e151628aed2a6abf7158809cf4f3c");

  /** NIST SP 800-38A, F.5.1 and F.5.5: the output blocks, which are the stream itself. */
  @ParameterizedTest
  @CsvSource({
    "2b7e151628aed2a6abf7158809cf4f3c,"
        + "ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae"
        + "6a2cc3787889374fbeb4c81b17ba6c44e89c399ff0f198c6d40a31db156cabfe",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4,"
        + "0bdf7df1591716335e9a8b15c860c5025a6e699d536119065433863c8f657b94"
        + "1bc12c9c01610d5d0d8bd6a3378eca622956e1c8693536b1bee99c73a31576b6"
  })
  void vectorsOfSp80038a_areReproduced(String key, String stream) {
    byte[] counter = HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    assertThat(next(new AesCtrStream(HEX.parseHex(key), counter), 64))
        .isEqualTo(HEX.parseHex(stream));
  }

  /** NIST AESAVS, KeySbox and VarKey: the block of zeros encrypted, which is the first block. */
  @ParameterizedTest
  @CsvSource({
    "10a58869d74be5a374cf867cfb473859,6d251e6944b051e04eaa6fb4dbf78465",
    "80000000000000000000000000000000,0edd33d3c621e546455bd8ba1418bec8",
    "c47b0294dbbbee0fec4757f22ffeee3587ca4730c3d33b691df38bab076bc558,"
        + "46f2fb342d6f0ab477476fc501242c5f",
    "8000000000000000000000000000000000000000000000000000000000000000,"
        + "e35a6dcb19b201a01ebcfa8aa22b5759"
  })
  void vectorsOfAesavs_areTheFirstBlock(String key, String block) {
    assertThat(next(AesCtrStream.withKey(HEX.parseHex(key)), 16)).isEqualTo(HEX.parseHex(block));
  }

  /** Our own vectors, made with HMAC of another language and `openssl enc -aes-128-ctr`. */
  @ParameterizedTest
  @CsvSource({
    "rounding,7b867db39be67469e650a54bf503f886e6ce8531d848671f27cee0bb775d5235"
        + "ea525a1b1fb43c9e3564abb7ae9b1ba6",
    "masking,4d03dd164199efb2dc2814eaa8c6f360a84bc8b902eb9bd7aecf3900c9f204bc"
        + "9f0ea83e75126d638d957e98631d0fd8"
  })
  void seedAndPurpose_nameOneStream(String purpose, String stream) {
    byte[] seed = HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    assertThat(next(AesCtrStream.fromSeed(seed, purpose), 48)).isEqualTo(HEX.parseHex(stream));
  }

  @Property(tries = 200)
  void stream_isTheSameHoweverItIsDivided(
      @ForAll @Size(max = 20) List<@IntRange(max = 20_000) Integer> lengths) {
    AesCtrStream divided = AesCtrStream.withKey(KEY);
    byte[] whole = next(AesCtrStream.withKey(KEY), lengths.stream().mapToInt(n -> n).sum());
    int at = 0;
    for (int length : lengths) {
      assertThat(next(divided, length)).isEqualTo(Arrays.copyOfRange(whole, at, at + length));
      at += length;
    }
  }

  @Property(tries = 200)
  void ints_areTheBytesInLittleEndianOrder(
      @ForAll @IntRange(max = 10_000) int count, @ForAll @IntRange(max = 9_000) int before) {
    AesCtrStream stream = AesCtrStream.withKey(KEY);
    AesCtrStream twin = AesCtrStream.withKey(KEY);
    int[] ints = new int[count];
    next(stream, before);
    stream.fill(ints);

    int[] expected = new int[count];
    next(twin, before);
    ByteBuffer.wrap(next(twin, 4 * count))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(expected);
    assertThat(ints).isEqualTo(expected);
    assertThat(next(stream, 100)).isEqualTo(next(twin, 100));
  }

  @Test
  void range_isOverwrittenAndNothingBesideIt() {
    byte[] out = new byte[100];
    Arrays.fill(out, (byte) 0x55);
    AesCtrStream.withKey(KEY).fill(out, 10, 80);

    assertThat(Arrays.copyOfRange(out, 10, 90)).isEqualTo(next(AesCtrStream.withKey(KEY), 80));
    assertThat(Arrays.copyOf(out, 10)).containsOnly(0x55);
    assertThat(Arrays.copyOfRange(out, 90, 100)).containsOnly(0x55);
  }

  @Test
  void rangeOutsideTheArray_isRefusedBeforeAnythingIsWritten() {
    byte[] out = new byte[10];
    AesCtrStream stream = AesCtrStream.withKey(KEY);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> stream.fill(out, 5, 6));
    assertThat(out).containsOnly(0);
    assertThat(next(stream, 16)).isEqualTo(next(AesCtrStream.withKey(KEY), 16));
  }

  @Test
  void anyBitOfTheSeed_changesTheStream() {
    byte[] seed = new byte[AesCtrStream.SEED_LENGTH_BYTES];
    byte[] stream = next(AesCtrStream.fromSeed(seed, "rounding"), 32);
    for (int bit = 0; bit < 256; bit++) {
      byte[] other = seed.clone();
      other[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(next(AesCtrStream.fromSeed(other, "rounding"), 32))
          .as("bit %d", bit)
          .isNotEqualTo(stream);
    }
  }

  @Test
  void callersKey_isNeitherKeptNorChanged() {
    byte[] key = KEY.clone();
    AesCtrStream stream = AesCtrStream.withKey(key);
    assertThat(key).isEqualTo(KEY);
    Arrays.fill(key, (byte) 0);
    assertThat(next(stream, 16)).isEqualTo(next(AesCtrStream.withKey(KEY), 16));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 17, 24, 31, 33})
  void keyOfAnotherLength_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AesCtrStream.withKey(new byte[length]))
        .withMessage("AES-CTR key: expected 16 or 32 bytes, got " + length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33})
  void seedOfAnotherLength_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AesCtrStream.fromSeed(new byte[length], "rounding"))
        .withMessage("seed of a stream: expected 32 bytes, got " + length);
  }

  private static byte[] next(AesCtrStream stream, int length) {
    byte[] bytes = new byte[length];
    stream.fill(bytes);
    return bytes;
  }
}
