package dev.tributary.aggregation.compress.delta.coding;

/**
 * The reading half. Whatever it is given it answers every question, after the end of its bytes as
 * if zeros followed; whether the bytes were those that an encoder writes is known at the end, by
 * {@link #isExact}.
 */
public final class DecisionDecoder extends DecisionCoder {

  private final byte[] bytes;
  private final int end;
  private final BitReader rawBits;
  private long at; // goes on past the end
  private long code; // where the encoder's number lies above the lower end of the interval
  private long range = -1;
  private boolean refused;

  /**
   * Reads decisions from {@code bytes[from..middle)} and raw bits from {@code bytes[middle..end)}.
   *
   * @param slotCount that of the encoder
   */
  public DecisionDecoder(int slotCount, byte[] bytes, int from, int middle, int end) {
    super(slotCount);
    this.bytes = bytes;
    this.at = from;
    this.end = middle;
    this.rawBits = new BitReader(bytes, middle, end);
    code = (long) next() << 32;
    code |= next() & 0xffffffffL;
  }

  @Override
  public boolean code(boolean ignored, int slot) {
    long yes = (range >>> 16) * probability(slot);
    boolean decision = Long.compareUnsigned(code, yes) < 0;
    if (decision) {
      range = yes;
    } else {
      code -= yes;
      range -= yes;
    }
    if (range >>> 32 == 0) {
      code = (code << 32) | (next() & 0xffffffffL);
      range <<= 32;
    }
    learn(slot, decision);
    return decision;
  }

  @Override
  public int raw(int ignored, int count) {
    return rawBits.read(count);
  }

  @Override
  public boolean isEncoder() {
    return false;
  }

  @Override
  public void refuse() {
    refused = true;
  }

  private int next() {
    int word = 0;
    for (int i = 0; i < Integer.BYTES; i++, at++) {
      word = (word << 8) | (at < end ? bytes[(int) at] & 0xff : 0);
    }
    return word;
  }

  /** Whether exactly what an encoder writes for what was read has been read, to the last bit. */
  public boolean isExact() {
    return !refused && at == end && code == 0 && rawBits.isExact();
  }
}
