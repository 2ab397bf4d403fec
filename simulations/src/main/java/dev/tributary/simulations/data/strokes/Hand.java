package dev.tributary.simulations.data.strokes;

import dev.tributary.simulations.data.SeededRandom;

/**
 * A writer's habits, the same in everything that writer draws. Lengths are parts of a glyph's
 * height.
 *
 * @param slant how far the top leans to the right of the foot
 * @param rotation of the baseline, radians
 * @param height of a glyph, a part of the image
 * @param aspect width of a glyph against its height
 * @param penRadius half the width of a line
 * @param pressure how much the line's width swells along a stroke, 0 for an even pen
 * @param wobble how far the hand trembles
 * @param haste how much corners are cut, from 0 (careful) to 1 (scribbled)
 * @param looseness how much each glyph differs from the writer's last
 * @param habits for each digit a number that picks one of its glyphs. Owned by this record: not to
 *     be written to
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; hands are never compared
record Hand(
    double slant,
    double rotation,
    double height,
    double aspect,
    double penRadius,
    double pressure,
    double wobble,
    double haste,
    double looseness,
    int[] habits) {

  /** Rarely someone writes a digit in another way than usual. */
  private static final double UNUSUAL = 0.1;

  private static final int CHOICES = 1 << 16;

  /** The hand of a writer, drawn at random. */
  static Hand drawn(SeededRandom random) {
    int[] habits = new int[Glyph.digits()];
    for (int digit = 0; digit < habits.length; digit++) {
      habits[digit] = random.below(CHOICES);
    }
    return new Hand(
        Math.clamp(0.1 + 0.13 * random.normal(), -0.3, 0.5),
        0.04 * random.normal(),
        random.uniform(0.64, 0.78),
        random.uniform(0.72, 1),
        random.uniform(0.035, 0.085),
        random.uniform(0, 0.45),
        random.uniform(0, 0.022),
        random.uniform(0, 1),
        random.uniform(0.6, 1.4),
        habits);
  }

  /** The glyph for a digit, this time. */
  Glyph glyph(int digit, SeededRandom random) {
    var ways = Glyph.ALPHABET.get(digit);
    int choice = random.uniform() < UNUSUAL ? random.below(CHOICES) : habits[digit];
    return ways.get(choice % ways.size());
  }
}
