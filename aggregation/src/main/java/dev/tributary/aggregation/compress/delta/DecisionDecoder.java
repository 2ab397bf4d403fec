package dev.tributary.aggregation.compress.delta;

/**
 * The reading half. Whatever it is given it answers every question, after the end of its bytes as if
 * zeros followed; whether the bytes were those that an encoder writes is known at the end, by {@link
 * #isExact}.
 */
final class DecisionDecoder extends DecisionCoder {

  private final byte[] bytes;
  private final int end;
  private final BitReader rawBits;
  private long at; // goes on past the end
  private long code; // where the encoder's number lies above the lower end of the interval
  private long range = -1;
  private boolean refused;

  /** Decisions are {@code bytes[from..middle)}, raw bits {@code bytes[middle..end)}. */
  DecisionDecoder(int slotCount, byte[] bytes, int from, int middle, int end) {
    super(slotCount);
    this.bytes = bytes;
    this.at = from;
    this.end = middle;
    this.rawBits = new BitReader(bytes, middle, end);
    code = (long) next() << 32;
    code |= next() & 0xffffffffL;
  }

  @Override
  boolean code(boolean ignored, int slot) {
    long yes = (range >>> 16) * probability(slot);
    boolean decision = Long.compareUnsigned(code, yes) < 0;
    if (decision) {
      range = yes;
    } else {
      code -= yes;
      range -= yes;
    }
    if (range >>> 32 == 0) {
      code = code << 32 | next() & 0xffffffffL;
      range <<= 32;
    }
    learn(slot, decision);
    return decision;
  }

  @Override
  int raw(int ignored, int count) {
    return rawBits.read(count);
  }

  @Override
  boolean isEncoder() {
    return false;
  }

  @Override
  void refuse() {
    refused = true;
  }

  private int next() {
    int word = 0;
    for (int i = 0; i < Integer.BYTES; i++, at++) {
      word = word << 8 | (at < end ? bytes[(int) at] & 0xff : 0);
    }
    return word;
  }

  /** Whether exactly what an encoder writes for what was read has been read, to the last bit. */
  boolean isExact() {
    return !refused && at == end && code == 0 && rawBits.isExact();
  }
}
