package dev.tributary.aggregation.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResidueBlocksTest {

  @Property(tries = 1000)
  void cutAnywhere_theSinkSeesEveryResidueOnce_inItsPlace(
      @ForAll @IntRange(min = 1, max = 56) int ringBits,
      @ForAll @IntRange(min = 1, max = 500) int residues,
      @ForAll @IntRange(min = 1, max = 200) int longestPiece,
      @ForAll long seed) {
    Random random = new Random(seed);
    byte[] packed = new byte[(residues * ringBits + 7) / 8];
    random.nextBytes(packed);
    long[] seen = new long[residues + 8];
    int[] times = new int[residues + 8];
    ResidueBlocks blocks =
        new ResidueBlocks(
            ringBits,
            residues,
            (bytes, offset, count, first) -> {
              for (int i = 0; i < count * ResidueBlocks.RESIDUES_PER_BLOCK; i++) {
                seen[first + i] = Bits.residue(bytes, offset, i, ringBits);
                times[first + i]++;
              }
            });

    for (int from = 0; from < packed.length; ) {
      int length = Math.min(packed.length - from, random.nextInt(longestPiece + 1));
      assertThat(blocks.offer(packed, from, length)).isTrue();
      from += length;
    }

    assertThat(blocks.finish()).isTrue();
    for (int i = 0; i < residues; i++) {
      assertThat(times[i]).isEqualTo(1);
      assertThat(seen[i]).isEqualTo(Bits.residue(packed, 0, i, ringBits));
    }
  }

  @Test
  void pieceOfManyBlocks_isHandedOnWhole() {
    int residues = 8 * 20_000;
    int[] count = new int[1];
    ResidueBlocks blocks =
        new ResidueBlocks(
            13,
            residues,
            (bytes, offset, number, first) -> {
              assertThat(first).isEqualTo(8 * count[0]);
              count[0] += number;
            });

    assertThat(blocks.offer(new byte[13 * 20_000], 0, 13 * 20_000)).isTrue();

    assertThat(blocks.finish()).isTrue();
    assertThat(count[0]).isEqualTo(20_000);
  }

  @Test
  void oneByteTooMany_isRefused_andNothingIsTaken() {
    ResidueBlocks blocks = new ResidueBlocks(9, 8, (bytes, offset, count, first) -> {});

    assertThat(blocks.offer(new byte[10], 0, 10)).isFalse();
    assertThat(blocks.receivedBytes()).isZero();
    assertThat(blocks.offer(new byte[9], 0, 9)).isTrue();
    assertThat(blocks.finish()).isTrue();
  }

  @Test
  void oneByteTooFew_isNotFinished() {
    ResidueBlocks blocks = new ResidueBlocks(9, 8, (bytes, offset, count, first) -> {});
    blocks.offer(new byte[8], 0, 8);

    assertThat(blocks.finish()).isFalse();
  }
}
