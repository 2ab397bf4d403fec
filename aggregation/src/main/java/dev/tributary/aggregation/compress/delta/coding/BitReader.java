package dev.tributary.aggregation.compress.delta.coding;

/** Reads what {@link BitWriter} wrote; after its end, zeros. */
final class BitReader {

  private final byte[] bytes;
  private final int end;
  private long at; // goes on past the end
  private long pending;
  private int pendingBits;

  BitReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /**
   * The next bits.
   *
   * @param count 0 to 32
   */
  int read(int count) {
    while (pendingBits < count) {
      pending |= (at < end ? bytes[(int) at] & 0xffL : 0) << pendingBits;
      at++;
      pendingBits += Byte.SIZE;
    }
    int bits = (int) (pending & ((1L << count) - 1));
    pending >>>= count;
    pendingBits -= count;
    return bits;
  }

  /** Whether every bit was read, and what fills the last byte is zero. */
  boolean isExact() {
    return at == end && pendingBits < Byte.SIZE && pending == 0;
  }
}
