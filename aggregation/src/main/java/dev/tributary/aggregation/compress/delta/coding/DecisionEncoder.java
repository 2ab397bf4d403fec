package dev.tributary.aggregation.compress.delta.coding;

import java.util.Arrays;

/**
 * The writing half. The interval is 64 bits wide; its top 32 bits are written once the rest is
 * narrower than that, and a carry that arrives later is added to the bytes already written.
 */
public final class DecisionEncoder extends DecisionCoder {

  private final BitWriter rawBits = new BitWriter();
  private byte[] written = new byte[1 << 12];
  private int length;
  private long low;
  private long range = -1; // unsigned: 2^64 - 1

  /** With so many slots, none of which has seen a decision. */
  public DecisionEncoder(int slotCount) {
    super(slotCount);
  }

  @Override
  public boolean code(boolean decision, int slot) {
    long yes = (range >>> 16) * probability(slot); // at least 2^16, since the range has 2^32
    if (decision) {
      range = yes;
    } else {
      low += yes;
      range -= yes;
      if (Long.compareUnsigned(low, yes) < 0) {
        carry();
      }
    }
    if (range >>> 32 == 0) {
      write((int) (low >>> 32));
      low <<= 32;
      range <<= 32;
    }
    learn(slot, decision);
    return decision;
  }

  @Override
  public int raw(int bits, int count) {
    rawBits.write(bits, count);
    return bits;
  }

  @Override
  public boolean isEncoder() {
    return true;
  }

  private void carry() {
    int at = length - 1;
    while (++written[at] == 0) {
      at--;
    }
  }

  private void write(int word) {
    if (length + Integer.BYTES > written.length) {
      written = Arrays.copyOf(written, written.length + (written.length >> 1));
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      written[length++] = (byte) (word >>> shift);
    }
  }

  /**
   * The decisions, ended by the exact lower end of the interval: no other bytes stand for the same
   * decisions. To be called once, at the end.
   */
  public byte[] decisions() {
    write((int) (low >>> 32));
    write((int) low);
    return Arrays.copyOf(written, length);
  }

  /** The bits stored as they are, the last byte filled up with zeros. */
  public byte[] rawBits() {
    return rawBits.toBytes();
  }
}
