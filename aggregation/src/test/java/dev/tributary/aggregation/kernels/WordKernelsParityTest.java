package dev.tributary.aggregation.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Every provider's words and wide residues against their definition, over awkward sizes. */
class WordKernelsParityTest {

  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;

  @Provide
  Arbitrary<LaneKernels> providers() {
    return Arbitraries.of(Kernels.scalar(), Kernels.chosen());
  }

  @Property(tries = 1000)
  void words_areAddedAndSubtractedMod2To32_andNothingElseIsTouched(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(max = 40) int offset,
      @ForAll @IntRange(max = 20) int laneOffset,
      @ForAll boolean add,
      @ForAll long seed) {
    Random random = new Random(seed);
    byte[] words = new byte[offset + count * Integer.BYTES + random.nextInt(40)];
    random.nextBytes(words);
    int[] lanes = random.ints(laneOffset + count + 20L).toArray();
    int[] expected = lanes.clone();
    ByteBuffer reference = ByteBuffer.wrap(words).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int word = reference.getInt(offset + i * Integer.BYTES);
      expected[laneOffset + i] += add ? word : -word;
    }

    if (add) {
      kernels.addWords(words, offset, count, lanes, laneOffset);
    } else {
      kernels.subtractWords(words, offset, count, lanes, laneOffset);
    }

    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 1000)
  void words_areAddedAndSubtractedMod2To64_andNothingElseIsTouched(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(max = 200) int count,
      @ForAll @IntRange(max = 40) int offset,
      @ForAll @IntRange(max = 20) int laneOffset,
      @ForAll boolean add,
      @ForAll long seed) {
    Random random = new Random(seed);
    byte[] words = new byte[offset + count * Long.BYTES + random.nextInt(40)];
    random.nextBytes(words);
    long[] lanes = random.longs(laneOffset + count + 20L).toArray();
    long[] expected = lanes.clone();
    ByteBuffer reference = ByteBuffer.wrap(words).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      long word = reference.getLong(offset + i * Long.BYTES);
      expected[laneOffset + i] += add ? word : -word;
    }

    if (add) {
      kernels.addWords(words, offset, count, lanes, laneOffset);
    } else {
      kernels.subtractWords(words, offset, count, lanes, laneOffset);
    }

    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 500)
  void packOfLongs_writesTheLowBitsOfEachLane_andTouchesNothingElse(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(min = 1, max = 56) int ringBits,
      @ForAll @IntRange(max = 40) int blocks,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 9) int laneOffset,
      @ForAll long seed) {
    Random random = new Random(seed);
    long[] lanes = random.longs(laneOffset + blocks * PER_BLOCK + 5L).toArray();
    byte[] packed = new byte[offset + blocks * ringBits + 10];
    random.nextBytes(packed);
    byte[] expected = packed.clone();
    for (int i = 0; i < blocks * PER_BLOCK; i++) {
      Bits.setResidue(expected, offset, i, ringBits, lanes[laneOffset + i]);
    }

    kernels.pack(lanes, laneOffset, blocks, ringBits, packed, offset);

    assertThat(packed).isEqualTo(expected);
  }
}
