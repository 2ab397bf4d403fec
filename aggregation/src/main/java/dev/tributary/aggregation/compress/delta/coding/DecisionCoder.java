package dev.tributary.aggregation.compress.delta.coding;

import dev.tributary.security.BugException;
import java.util.Arrays;

/**
 * An adaptive binary arithmetic coder, as its two halves share it: what is coded is a sequence of
 * yes-or-no decisions, each in a slot that remembers how such decisions went so far, and of bits
 * without any pattern, which are stored as they are.
 *
 * <p>The model above asks for each decision by {@link #code}: the encoder writes the decision that
 * it is given and gives it back, the decoder ignores it and gives the one that was written. So one
 * model serves both directions, and they cannot drift apart.
 *
 * <p>A slot holds the probability of yes in its upper 22 bits and the number of decisions seen in
 * its lower 10. The n-th decision moves the probability by 1/(n + 1.5) of its error, down to
 * 1/{@value #MEMORY}: an average first, a sliding one later (the state of M. Mahoney's lpaq). For
 * one thread.
 */
public abstract class DecisionCoder {

  private static final int COUNT_BITS = 10;
  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
  private static final int MEMORY = 400;
  private static final int EVEN = 1 << 31;
  private static final int[] SHARES = shares();

  private final int[] slots;

  DecisionCoder(int slotCount) {
    slots = new int[slotCount];
    Arrays.fill(slots, EVEN);
  }

  private static int[] shares() {
    int[] shares = new int[MEMORY + 1];
    for (int count = 0; count <= MEMORY; count++) {
      shares[count] = 131072 / (2 * count + 3); // 2^16 / (count + 1.5)
    }
    return shares;
  }

  /** Codes one decision. */
  public abstract boolean code(boolean decision, int slot);

  /**
   * Codes the low {@code count} bits of a number as they are.
   *
   * @param count 0 to 32
   */
  public abstract int raw(int bits, int count);

  /** Whether decisions are given, not asked for. */
  public abstract boolean isEncoder();

  /**
   * Says that what was read cannot have been written. Whoever reads goes on and is told at the end.
   */
  public void refuse() {
    throw new BugException("an encoder refused what it writes");
  }

  /** The probability of yes in a slot, in 2^-16, 1 to 2^16 - 1. */
  final int probability(int slot) {
    return (slots[slot] >>> 16) | 1;
  }

  /** Remembers how a decision went. */
  final void learn(int slot, boolean decision) {
    int state = slots[slot];
    int count = state & COUNT_MASK;
    int probability = state >>> COUNT_BITS; // 22 bits
    int error = (decision ? (1 << 22) - 1 : 0) - probability;
    probability += (int) (((long) error * SHARES[count]) >> 16);
    slots[slot] = (probability << COUNT_BITS) | (count < MEMORY ? count + 1 : count);
  }
}
