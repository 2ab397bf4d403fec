package dev.tributary.aggregation.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Every provider against a reference that moves one bit at a time, over awkward sizes and offsets.
 */
class KernelsParityTest {

  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;

  @Provide
  Arbitrary<LaneKernels> providers() {
    return Arbitraries.of(Kernels.scalar(), Kernels.chosen());
  }

  @Property(tries = 3000)
  void addPacked_addsEachResidue_andTouchesNothingElse(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(min = 1, max = 32) int ringBits,
      @ForAll @IntRange(max = 70) int blocks,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 9) int laneOffset,
      @ForAll @IntRange(max = 80) int slackBytes,
      @ForAll long seed) {
    Random random = new Random(seed);
    byte[] packed = new byte[offset + blocks * ringBits + slackBytes];
    random.nextBytes(packed);
    int[] lanes = random.ints(laneOffset + blocks * PER_BLOCK + 5L).toArray();
    int[] expected = lanes.clone();
    for (int i = 0; i < blocks * PER_BLOCK; i++) {
      expected[laneOffset + i] += (int) Bits.residue(packed, offset, i, ringBits);
    }

    kernels.addPacked(packed, offset, blocks, ringBits, lanes, laneOffset);

    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 1500)
  void addPacked_intoLongs_addsEachResidue_andTouchesNothingElse(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(min = 1, max = 56) int ringBits,
      @ForAll @IntRange(max = 40) int blocks,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 9) int laneOffset,
      @ForAll @IntRange(max = 20) int slackBytes,
      @ForAll long seed) {
    Random random = new Random(seed);
    byte[] packed = new byte[offset + blocks * ringBits + slackBytes];
    random.nextBytes(packed);
    long[] lanes = random.longs(laneOffset + blocks * PER_BLOCK + 5L).toArray();
    long[] expected = lanes.clone();
    for (int i = 0; i < blocks * PER_BLOCK; i++) {
      expected[laneOffset + i] += Bits.residue(packed, offset, i, ringBits);
    }

    kernels.addPacked(packed, offset, blocks, ringBits, lanes, laneOffset);

    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 3000)
  void pack_writesTheLowBitsOfEachLane_andTouchesNothingElse(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(min = 1, max = 56) int ringBits,
      @ForAll @IntRange(max = 70) int blocks,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 9) int laneOffset,
      @ForAll @IntRange(max = 80) int slackBytes,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] lanes = random.ints(laneOffset + blocks * PER_BLOCK + 5L).toArray();
    byte[] packed = new byte[offset + blocks * ringBits + slackBytes];
    random.nextBytes(packed);
    byte[] expected = packed.clone();
    for (int i = 0; i < blocks * PER_BLOCK; i++) {
      Bits.setResidue(expected, offset, i, ringBits, Integer.toUnsignedLong(lanes[laneOffset + i]));
    }

    kernels.pack(lanes, laneOffset, blocks, ringBits, packed, offset);

    assertThat(packed).isEqualTo(expected);
  }

  @Property(tries = 500)
  void quantize_isTheFloorOfTheClampedValuePlusItsNoise(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(max = 20) int from,
      @ForAll boolean highHalf,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] values = new float[from + count + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * (random.nextInt(10) == 0 ? 1e30f : 1f);
    }
    int[] noise = random.ints(values.length).toArray();
    int shift = highHalf ? 16 : 0;
    int limit = 32767 << 16;
    float scale = 10_000f * 0x1p16f;
    int[] expected = noise.clone();
    for (int i = from; i < from + count; i++) {
      double t = Math.max(-limit, Math.min(limit, (double) (values[i] * scale)));
      double fixed = t < 0 ? Math.ceil(t) : Math.floor(t);
      expected[i] = 32767 + (int) Math.floor((fixed + ((noise[i] >>> shift) & 0xffff)) / 0x1p16);
    }

    int[] lanes = noise.clone();
    kernels.quantize(values, from, count, scale, limit, 32767, shift, lanes);

    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 500)
  void dequantize_readsLanesAsUnsignedResidues(
      @ForAll("providers") LaneKernels kernels,
      @ForAll @IntRange(min = 8, max = 32) int ringBits,
      @ForAll @IntRange(max = 300) int count,
      @ForAll long seed) {
    int[] lanes = new Random(seed).ints(count + 3L).toArray();
    int mask = (int) ((1L << ringBits) - 1);
    float[] out = new float[count + 3];
    float[] expected = out.clone();
    for (int i = 0; i < count; i++) {
      expected[i] = (float) ((Integer.toUnsignedLong(lanes[i] & mask) - 12_345.0) * 1e-3);
    }

    kernels.dequantize(lanes, count, mask, 12_345, 1e-3, out);

    assertThat(out).isEqualTo(expected);
  }

  @Property(tries = 300)
  void sumOfSquares_isTheSameInEveryProvider_andCloseToTheExactSum(
      @ForAll @IntRange(max = 2000) int count, @ForAll long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    double exact = 0;
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
      exact += (double) values[i] * values[i];
    }

    double sum = Kernels.scalar().sumOfSquares(values);

    assertThat(Kernels.chosen().sumOfSquares(values)).isEqualTo(sum);
    assertThat(Math.abs(sum - exact)).isLessThanOrEqualTo(1e-12 * exact);
  }

  @Property(tries = 500)
  void blockPattern_seesExactlyTheBitsAboveTheBound(
      @ForAll @IntRange(min = 1, max = 56) int ringBits,
      @ForAll @IntRange(max = 40) int blocks,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 1) int faults,
      @ForAll long seed) {
    Random random = new Random(seed);
    int bits = 1 + random.nextInt(ringBits);
    byte[] packed = new byte[offset + blocks * ringBits + 8];
    Arrays.fill(packed, (byte) -1); // what is outside the blocks must not count
    long maxLane = (1L << bits) - 1;
    for (int i = 0; i < blocks * PER_BLOCK; i++) {
      Bits.setResidue(packed, offset, i, ringBits, random.nextLong() & maxLane);
    }
    boolean fault = faults > 0 && blocks > 0 && bits < ringBits;
    if (fault) {
      int at = random.nextInt(blocks * PER_BLOCK);
      Bits.setResidue(packed, offset, at, ringBits, 1L << (bits + random.nextInt(ringBits - bits)));
    }

    assertThat(BlockPattern.aboveBits(ringBits, bits).intersects(packed, offset, blocks))
        .isEqualTo(fault);
  }
}
