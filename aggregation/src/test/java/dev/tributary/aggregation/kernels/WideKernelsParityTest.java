package dev.tributary.aggregation.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Every provider's wide residues against their definition, over awkward sizes. */
class WideKernelsParityTest {

  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;

  @Provide
  Arbitrary<LaneKernels> providers() {
    return Arbitraries.of(Kernels.scalar(), Kernels.chosen());
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
