package dev.tributary.security.prg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AesCtrKeystreamTest {

  /** NIST AESAVS, KeySbox: the block of zeros encrypted, which is the first block. */
  @ParameterizedTest
  @CsvSource({
    "10a58869d74be5a374cf867cfb473859,6d251e6944b051e04eaa6fb4dbf78465",
    "c47b0294dbbbee0fec4757f22ffeee3587ca4730c3d33b691df38bab076bc558,"
        + "46f2fb342d6f0ab477476fc501242c5f"
  })
  void vectorsOfAesavs_areTheFirstBlock(String key, String block) {
    AesCtrKeystream keystream = new AesCtrKeystream();
    keystream.seek(HexFormat.of().parseHex(key), 0);
    assertThat(next(keystream, 16)).isEqualTo(HexFormat.of().parseHex(block));
  }

  @Property(tries = 100)
  void fromAnyBlock_itIsTheStreamOfTheKey(
      @ForAll boolean wide,
      @ForAll @IntRange(max = 5000) int block,
      @ForAll @IntRange(max = 40_000) int length,
      @ForAll long seed) {
    byte[] key = key(seed, wide ? 32 : 16);
    byte[] whole = new byte[block * AesCtrKeystream.BLOCK_BYTES + length];
    AesCtrStream.withKey(key).fill(whole);
    AesCtrKeystream keystream = new AesCtrKeystream();

    keystream.seek(key, block);

    int half = length / 2;
    byte[] expected = Arrays.copyOfRange(whole, whole.length - length, whole.length);
    assertThat(next(keystream, half)).isEqualTo(Arrays.copyOf(expected, half));
    assertThat(next(keystream, length - half))
        .isEqualTo(Arrays.copyOfRange(expected, half, length));
  }

  @Property(tries = 100)
  void inverted_itIsTheComplementOfTheSameStream_andGoesOnWithIt(
      @ForAll boolean wide, @ForAll @IntRange(max = 40_000) int length, @ForAll long seed) {
    byte[] key = key(seed, wide ? 32 : 16);
    byte[] expected = new byte[2 * length];
    AesCtrStream.withKey(key).fill(expected);
    AesCtrKeystream keystream = new AesCtrKeystream();
    keystream.seek(key, 0);
    byte[] bytes = new byte[length + 4];

    keystream.fillInverted(bytes, 2, length);

    for (int i = 0; i < length; i++) {
      assertThat(bytes[2 + i]).isEqualTo((byte) ~expected[i]);
    }
    assertThat(new byte[] {bytes[0], bytes[1], bytes[length + 2], bytes[length + 3]})
        .containsOnly(0);
    assertThat(next(keystream, length)).isEqualTo(Arrays.copyOfRange(expected, length, 2 * length));
  }

  @ParameterizedTest
  @ValueSource(longs = {0xffff_ffffL, 0x1_0000_0000L, Long.MAX_VALUE})
  void blocksBeyond32Bits_areCountedOn(long block) {
    byte[] key = key(1, 16);
    byte[] counter = ByteBuffer.allocate(16).putLong(8, block).array();
    AesCtrKeystream keystream = new AesCtrKeystream();
    keystream.seek(key, block);
    byte[] expected = new byte[100];
    new AesCtrStream(key, counter).fill(expected);

    assertThat(next(keystream, 100)).isEqualTo(expected);
  }

  @Test
  void oneGenerator_servesOneKeyAfterTheOther_alsoOfOtherLengths() {
    AesCtrKeystream keystream = new AesCtrKeystream();
    for (int i = 0; i < 20; i++) {
      byte[] key = key(i % 5, i % 2 == 0 ? 16 : 32);
      keystream.seek(key, 0);
      byte[] expected = new byte[100];
      AesCtrStream.withKey(key).fill(expected);
      assertThat(next(keystream, 100)).isEqualTo(expected);
      if (i % 3 == 0) {
        keystream.forgetKey();
      }
    }
  }

  @Test
  void callersKey_isNeitherKeptNorChanged() {
    byte[] key = key(3, 16);
    byte[] expected = new byte[32];
    AesCtrStream.withKey(key).fill(expected);
    AesCtrKeystream keystream = new AesCtrKeystream();
    keystream.seek(key, 0);
    assertThat(key).isEqualTo(key(3, 16));
    Arrays.fill(key, (byte) 0);

    assertThat(next(keystream, 32)).isEqualTo(expected);
  }

  @Test
  void afterForgetting_theStreamIsThatOfNoSecret() {
    AesCtrKeystream keystream = new AesCtrKeystream();
    keystream.seek(key(4, 32), 7);
    keystream.forgetKey();
    byte[] publicStream = new byte[32];
    AesCtrStream.withKey(new byte[16]).fill(publicStream);

    assertThat(next(keystream, 32)).isEqualTo(publicStream);
  }

  @Test
  void wrongCalls_areRefused() {
    AesCtrKeystream keystream = new AesCtrKeystream();
    assertThatIllegalStateException().isThrownBy(() -> next(keystream, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keystream.seek(new byte[24], 0))
        .withMessage("AES-CTR key: expected 16 or 32 bytes, got 24");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keystream.seek(new byte[16], -1))
        .withMessage("AES-CTR block: expected at least 0, got -1");
    keystream.seek(new byte[16], 0);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> keystream.fill(new byte[10], 5, 6));
  }

  private static byte[] key(long seed, int length) {
    byte[] key = new byte[length];
    new Random(seed).nextBytes(key);
    return key;
  }

  private static byte[] next(AesCtrKeystream keystream, int length) {
    byte[] bytes = new byte[length];
    keystream.fill(bytes, 0, length);
    return bytes;
  }
}
