package dev.tributary.aggregation.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A set of bit positions within a block of packed residues, and the question whether blocks have
 * one of them set. Eight blocks of r bytes are r longs, so the pattern repeats every r longs and no
 * residue needs to be unpacked. Immutable.
 */
public final class BlockPattern {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCKS_PER_GROUP = Long.BYTES;

  private final byte[] block;
  private final long[] group;

  private BlockPattern(byte[] block) {
    this.block = block;
    this.group = new long[block.length];
    byte[] repeated = new byte[block.length * BLOCKS_PER_GROUP];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = block[i % block.length];
    }
    for (int i = 0; i < group.length; i++) {
      group[i] = (long) LONG.get(repeated, i * Long.BYTES);
    }
  }

  /**
   * The bits that no residue below 2^bits has set.
   *
   * @param ringBits r, bits of one packed residue, 1 to 56
   * @param bits at most r
   */
  public static BlockPattern aboveBits(int ringBits, int bits) {
    byte[] block = new byte[ringBits];
    for (int bit = 0; bit < ringBits * ResidueBlocks.RESIDUES_PER_BLOCK; bit++) {
      if (bit % ringBits >= bits) {
        block[bit / 8] |= (byte) (1 << (bit % 8));
      }
    }
    return new BlockPattern(block);
  }

  /** Whether a bit of the pattern is set in one of the blocks. */
  public boolean intersects(byte[] packed, int offset, int blocks) {
    int groups = blocks / BLOCKS_PER_GROUP;
    int groupBytes = group.length * Long.BYTES;
    long seen = 0;
    for (int g = 0; g < groups; g++) {
      for (int i = 0; i < group.length; i++) {
        seen |= (long) LONG.get(packed, offset + g * groupBytes + i * Long.BYTES) & group[i];
      }
    }
    int rest = offset + groups * groupBytes;
    int restBytes = (blocks - groups * BLOCKS_PER_GROUP) * block.length;
    for (int i = 0; i < restBytes; i++) {
      seen |= packed[rest + i] & block[i % block.length];
    }
    return seen != 0;
  }
}
