package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.prg.AesCtrKeystream;

/**
 * Short calls of the loops that make masks and add them, until HotSpot has asked for their compiled
 * form: it counts calls and turns, not bytes, and what runs before has a tenth of the speed. Enough
 * calls for thresholds five times those of a server; and enough words in each, because a loop is
 * unrolled no further than it was seen to turn. See {@code docs/adr/0012}.
 */
final class WarmUp {

  private static final int CALLS = 8000;
  private static final int WORDS = 128;

  static {
    byte[][] rows = new byte[BlockSum.ROWS][WORDS * Integer.BYTES];
    BlockSum sum = new BlockSum.OfInts(new int[WORDS], 0, WORDS);
    for (int i = 0; i < CALLS; i++) {
      sum.add(rows, WORDS);
    }
    new AesCtrKeystream().forgetKey();
  }

  private WarmUp() {}

  /** Returns when it has. */
  static void happened() {}
}
