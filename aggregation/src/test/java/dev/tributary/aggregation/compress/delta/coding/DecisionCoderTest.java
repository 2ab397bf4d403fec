package dev.tributary.aggregation.compress.delta.coding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DecisionCoderTest {

  private static final int SLOTS = 3;

  /** Decisions of this bias, with raw bits in between; the same for the same random numbers. */
  private static DecisionEncoder encode(Random random, int count, double bias) {
    var encoder = new DecisionEncoder(SLOTS);
    for (int i = 0; i < count; i++) {
      encoder.code(random.nextDouble() < bias, i % SLOTS);
      encoder.raw(random.nextInt(), i % 33);
    }
    return encoder;
  }

  private static DecisionDecoder decoder(byte[] decisions, byte[] raw) {
    byte[] all = Arrays.copyOf(decisions, decisions.length + raw.length);
    System.arraycopy(raw, 0, all, decisions.length, raw.length);
    return new DecisionDecoder(SLOTS, all, 0, decisions.length, all.length);
  }

  private static void readAll(DecisionDecoder decoder, int count) {
    for (int i = 0; i < count; i++) {
      decoder.code(false, i % SLOTS);
      decoder.raw(0, i % 33);
    }
  }

  @Property(tries = 200)
  void whatWasWritten_isRead(
      @ForAll long seed,
      @ForAll @IntRange(max = 3000) int count,
      @ForAll @DoubleRange(max = 1) double bias) {
    DecisionEncoder encoder = encode(new Random(seed), count, bias);
    DecisionDecoder decoder = decoder(encoder.decisions(), encoder.rawBits());
    var again = new Random(seed);
    for (int i = 0; i < count; i++) {
      assertThat(decoder.code(false, i % SLOTS)).isEqualTo(again.nextDouble() < bias);
      int width = i % 33;
      int mask = (int) ((1L << width) - 1);
      assertThat(decoder.raw(0, width)).isEqualTo(again.nextInt() & mask);
    }
    assertThat(decoder.isExact()).isTrue();
  }

  @Test
  void certainDecisions_costAlmostNothing() {
    var encoder = new DecisionEncoder(1);
    for (int i = 0; i < 1_000_000; i++) {
      encoder.code(false, 0);
    }
    assertThat(encoder.decisions()).hasSizeLessThan(100);
  }

  @Test
  void evenDecisions_costABitEach() {
    var encoder = new DecisionEncoder(1);
    var random = new Random(5);
    for (int i = 0; i < 80_000; i++) {
      encoder.code(random.nextBoolean(), 0);
    }
    assertThat(encoder.decisions().length).isBetween(9_990, 10_060);
  }

  @Property(tries = 100)
  void aCarry_reachesTheBytesBefore(@ForAll long seed) {
    var random = new Random(seed); // long runs of one kind make long runs of 0xff
    var encoder = new DecisionEncoder(1);
    boolean[] decisions = new boolean[4000];
    for (int i = 0; i < decisions.length; i++) {
      decisions[i] = random.nextInt(1 + random.nextInt(500)) == 0;
      encoder.code(decisions[i], 0);
    }
    DecisionDecoder decoder = decoder(encoder.decisions(), encoder.rawBits());
    for (boolean decision : decisions) {
      assertThat(decoder.code(false, 0)).isEqualTo(decision);
    }
    assertThat(decoder.isExact()).isTrue();
  }

  @Property(tries = 100)
  void oneChangedBit_isNoticed(@ForAll long seed) {
    DecisionEncoder encoder = encode(new Random(seed), 100, 0.2);
    byte[] decisions = encoder.decisions();
    byte[] raw = encoder.rawBits();
    int last = decisions.length * Byte.SIZE - 1; // the last bits decide nothing, and are looked at
    for (int bit = last; bit > last - 64; bit--) {
      byte[] damaged = decisions.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      DecisionDecoder decoder = decoder(damaged, raw);
      readAll(decoder, 100);
      assertThat(decoder.isExact()).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void bytesMissingOrTooMany_areNoticed() {
    DecisionEncoder encoder = encode(new Random(3), 100, 0.5);
    byte[] decisions = encoder.decisions();
    byte[] raw = encoder.rawBits();
    for (int change : new int[] {-1, 1, 4}) {
      DecisionDecoder other = decoder(Arrays.copyOf(decisions, decisions.length + change), raw);
      readAll(other, 100);
      assertThat(other.isExact()).isFalse();
      DecisionDecoder otherRaw = decoder(decisions, Arrays.copyOf(raw, raw.length + change));
      readAll(otherRaw, 100);
      assertThat(otherRaw.isExact()).isFalse();
    }
  }

  @Test
  void afterItsEnd_aDecoderGoesOn() {
    DecisionDecoder decoder = decoder(new byte[0], new byte[0]);
    readAll(decoder, 10_000);

    assertThat(decoder.isExact()).isFalse();
  }
}
