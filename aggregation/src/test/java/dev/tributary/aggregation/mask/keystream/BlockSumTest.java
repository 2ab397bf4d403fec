package dev.tributary.aggregation.mask.keystream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Sums of rows against their definition, over awkward sizes. */
class BlockSumTest {

  /** Sums that no word is added to. */
  private static final int BEYOND = 7;

  @Property(tries = 500)
  void rowsOfInts_areAddedMod2To32_andReachTheirLanesOnly(
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(max = 20) int offset,
      @ForAll @IntRange(max = 20) int first,
      @ForAll @IntRange(max = MaskGrid.MAX_GROUP) int start,
      @ForAll @IntRange(min = 1, max = 3) int passes,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] lanes = random.ints(offset + first + count + 20L).toArray();
    int[] expected = lanes.clone();
    BlockSum sum = new BlockSum.OfInts(lanes, offset, count + BEYOND);

    sum.start(-1);
    sum.start(start);
    for (int pass = 0; pass < passes; pass++) {
      byte[][] rows = rows(count * Integer.BYTES, random);
      sum.add(rows, count);
      for (byte[] row : rows) {
        ByteBuffer words = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          expected[offset + first + i] += words.getInt(i * Integer.BYTES);
        }
      }
    }
    sum.addToLanes(first, count + BEYOND);

    for (int i = 0; i < count + BEYOND; i++) {
      expected[offset + first + i] += start;
    }
    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 500)
  void rowsOfLongs_areAddedMod2To64_andReachTheirLanesOnly(
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(max = 20) int offset,
      @ForAll @IntRange(max = 20) int first,
      @ForAll @IntRange(max = MaskGrid.MAX_GROUP) int start,
      @ForAll @IntRange(min = 1, max = 3) int passes,
      @ForAll long seed) {
    Random random = new Random(seed);
    long[] lanes = random.longs(offset + first + count + 20L).toArray();
    long[] expected = lanes.clone();
    BlockSum sum = new BlockSum.OfLongs(lanes, offset, count + BEYOND);

    sum.start(-1);
    sum.start(start);
    for (int pass = 0; pass < passes; pass++) {
      byte[][] rows = rows(count * Long.BYTES, random);
      sum.add(rows, count);
      for (byte[] row : rows) {
        ByteBuffer words = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          expected[offset + first + i] += words.getLong(i * Long.BYTES);
        }
      }
    }
    sum.addToLanes(first, count + BEYOND);

    for (int i = 0; i < count + BEYOND; i++) {
      expected[offset + first + i] += start;
    }
    assertThat(lanes).isEqualTo(expected);
  }

  private static byte[][] rows(int length, Random random) {
    byte[][] rows = new byte[BlockSum.ROWS][length + random.nextInt(9)];
    for (byte[] row : rows) {
      random.nextBytes(row);
    }
    return rows;
  }
}
