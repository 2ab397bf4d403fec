package dev.tributary.aggregation.kernels;

import java.util.Arrays;

/**
 * Cuts a stream of packed residues, which arrives in pieces of any length, into blocks of eight
 * residues.
 *
 * <p>A block of eight residues of r bits is exactly r bytes, whatever r is, so a residue never
 * straddles two blocks and every block begins at a byte. What is left of a piece after its last
 * whole block is carried over to the next piece. The last block of a vector whose length is no
 * multiple of eight is completed with zero bits.
 *
 * <p>For one thread at a time. Nothing is allocated after construction.
 */
public final class ResidueBlocks {

  /** Residues in a block. */
  public static final int RESIDUES_PER_BLOCK = 8;

  /** Keeps bit offsets within an int and a call short, however long the piece is. */
  private static final int MAX_BLOCKS_PER_CALL = 8192;

  /** Takes whole blocks, in order. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes blocks that lie one after the other.
     *
     * @param packed lent for the duration of the call
     * @param offset of the first byte of the first block
     * @param blocks how many, at least 1
     * @param firstResidue index of the first residue of the first block
     */
    void accept(byte[] packed, int offset, int blocks, int firstResidue);
  }

  private final int blockBytes;
  private final long expectedBytes;
  private final byte[] carry;
  private final Sink sink;

  private int carried;
  private long receivedBytes;
  private int nextResidue;

  /**
   * A cutter that has received nothing.
   *
   * @param ringBits r, bits of one residue, 1 to 56
   * @param residues how many there are in all
   * @param sink where blocks go
   */
  public ResidueBlocks(int ringBits, int residues, Sink sink) {
    this.blockBytes = ringBits;
    this.expectedBytes = ((long) residues * ringBits + 7) / 8;
    this.carry = new byte[blockBytes];
    this.sink = sink;
  }

  /**
   * Takes the next piece.
   *
   * @return false, without having taken anything, if there are more bytes than the vector has
   */
  public boolean offer(byte[] buffer, int offset, int length) {
    if (length > expectedBytes - receivedBytes) {
      return false;
    }
    receivedBytes += length;
    int from = offset;
    int end = offset + length;
    if (carried > 0) {
      int missing = Math.min(blockBytes - carried, length);
      System.arraycopy(buffer, from, carry, carried, missing);
      carried += missing;
      from += missing;
      if (carried < blockBytes) {
        return true;
      }
      emit(carry, 0, 1);
      carried = 0;
    }
    while (end - from >= blockBytes) {
      int blocks = Math.min(MAX_BLOCKS_PER_CALL, (end - from) / blockBytes);
      emit(buffer, from, blocks);
      from += blocks * blockBytes;
    }
    carried = end - from;
    System.arraycopy(buffer, from, carry, 0, carried);
    return true;
  }

  /**
   * Hands on the last block if it is not a whole one.
   *
   * @return whether the vector is complete
   */
  public boolean finish() {
    if (receivedBytes != expectedBytes) {
      return false;
    }
    if (carried > 0) {
      Arrays.fill(carry, carried, blockBytes, (byte) 0);
      emit(carry, 0, 1);
      carried = 0;
    }
    return true;
  }

  /** The bytes that a complete vector has. */
  public long expectedBytes() {
    return expectedBytes;
  }

  /** The bytes taken so far. */
  public long receivedBytes() {
    return receivedBytes;
  }

  private void emit(byte[] packed, int offset, int blocks) {
    sink.accept(packed, offset, blocks, nextResidue);
    nextResidue += blocks * RESIDUES_PER_BLOCK;
  }
}
