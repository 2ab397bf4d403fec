package dev.tributary.aggregation.compress.delta.coding;

import java.util.Arrays;

/** Writes numbers of any width one after the other, lowest bit first. */
final class BitWriter {

  private byte[] written = new byte[1 << 12];
  private int length;
  private long pending;
  private int pendingBits; // below 8 between calls

  /**
   * Appends the low bits of a number.
   *
   * @param count 0 to 32
   */
  void write(int bits, int count) {
    pending |= (bits & ((1L << count) - 1)) << pendingBits;
    pendingBits += count;
    while (pendingBits >= Byte.SIZE) {
      append((byte) pending);
      pending >>>= Byte.SIZE;
      pendingBits -= Byte.SIZE;
    }
  }

  private void append(byte value) {
    if (length == written.length) {
      written = Arrays.copyOf(written, length + (length >> 1));
    }
    written[length++] = value;
  }

  /** What was written, the last byte filled up with zeros. */
  byte[] toBytes() {
    byte[] all = Arrays.copyOf(written, length + (pendingBits > 0 ? 1 : 0));
    if (pendingBits > 0) {
      all[length] = (byte) pending;
    }
    return all;
  }
}
