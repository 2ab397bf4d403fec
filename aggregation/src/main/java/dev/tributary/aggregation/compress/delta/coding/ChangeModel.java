package dev.tributary.aggregation.compress.delta.coding;

/**
 * The model of the numbers that are coded: turns whole numbers into the decisions and bits of a
 * {@link DecisionCoder}.
 *
 * <p>A number is coded as the count of bits of its absolute value (0 for zero), its sign, and the
 * bits below the highest. The count is asked for around the expected one, outward: "at least as
 * many? one more? ...", each question in a slot of the expectation in quarter octaves, so that the
 * slots learn the true distribution around it. The two bits below the highest have slots too; what
 * follows has no pattern and is stored as it is.
 *
 * <p>A number may lean: it is what remains after a forecast that was not whole, and the part that
 * was rounded off says where the number rather lies. Where numbers are small that is most of what
 * is known about them, so it chooses among slots.
 */
public final class ChangeModel {

  /** How many slots the coder must have. */
  public static final int SLOTS;

  private static final int MAX_BITS = Integer.SIZE;
  private static final int QUESTIONS = MAX_BITS + 1;
  private static final int LEVELS_PER_OCTAVE = 4;
  private static final int LOWEST = -8 * LEVELS_PER_OCTAVE; // an expectation of 2^-8
  private static final int LEVELS = 33 * LEVELS_PER_OCTAVE - LOWEST;
  private static final int LEANING_LEVELS = 3 * LEVELS_PER_OCTAVE - LOWEST; // below 2^3
  private static final int LEANINGS = 16;
  private static final int FLOAT_TO_LEVEL =
      21; // of 23 bits of fraction 2 remain: linear in an octave

  private static final int LEANING_SLOTS = LEVELS * QUESTIONS;
  private static final int SIGN_SLOTS = LEANING_SLOTS + LEANING_LEVELS * LEANINGS * QUESTIONS;
  private static final int BELOW_SLOTS = SIGN_SLOTS + LEANINGS * 4;

  static {
    SLOTS = BELOW_SLOTS + QUESTIONS * 8 * 4;
  }

  private final DecisionCoder coder;

  /** A model that codes by this coder; several may follow each other on one coder. */
  public ChangeModel(DecisionCoder coder) {
    this.coder = coder;
  }

  /** What codes the decisions. */
  public DecisionCoder coder() {
    return coder;
  }

  /**
   * Codes one number.
   *
   * @param number to encode; ignored when decoding
   * @param expected its expected absolute value, in the same unit as {@code unitExponent}
   * @param unitExponent a number of 1 is {@code 2^(unitExponent - 127)} in the unit of {@code
   *     expected}
   * @param lean where it rather lies, in [-0.5, 0.5]
   * @param context 0 or 1, for what else is known
   * @return the number
   */
  public int code(int number, float expected, int unitExponent, float lean, int context) {
    int level =
        (Float.floatToRawIntBits(expected) >>> FLOAT_TO_LEVEL)
            - unitExponent * LEVELS_PER_OCTAVE
            - LOWEST;
    level = Math.max(0, Math.min(LEVELS - 1, level));
    int leaning = ((int) (Math.abs(lean) * (LEANINGS - 1e-3f))) * 2 + context; // 0 to 15
    int slots =
        level < LEANING_LEVELS
            ? LEANING_SLOTS + (level * LEANINGS + leaning) * QUESTIONS
            : level * QUESTIONS;
    int magnitude = number < 0 ? -number : number; // unsigned: up to 2^31
    int bits = codeBits(MAX_BITS - Integer.numberOfLeadingZeros(magnitude), slots, level);
    if (bits == 0) {
      return 0;
    }
    boolean leansDown = lean < 0;
    int signSlot = SIGN_SLOTS + leaning * 4 + Math.min(bits, 4) - 1;
    boolean negative = coder.code(number < 0 == leansDown, signSlot) == leansDown;
    magnitude = codeBelowHighest(magnitude, bits, level);
    if (magnitude == Integer.MIN_VALUE && !negative) {
      coder.refuse(); // it has one sign only
    }
    return negative ? -magnitude : magnitude;
  }

  private int codeBits(int bits, int slots, int level) {
    int octave = (level + LOWEST) / LEVELS_PER_OCTAVE;
    int asked = Math.max(1, Math.min(MAX_BITS, octave + 1));
    if (coder.code(bits >= asked, slots + asked)) {
      while (asked < MAX_BITS && coder.code(bits > asked, slots + asked + 1)) {
        asked++;
      }
      return asked;
    }
    do {
      asked--;
    } while (asked > 0 && !coder.code(bits >= asked, slots + asked));
    return asked;
  }

  private int codeBelowHighest(int magnitude, int bits, int level) {
    int relative = Math.max(0, Math.min(7, bits - (level + LOWEST) / LEVELS_PER_OCTAVE + 3));
    int slots = BELOW_SLOTS + (bits * 8 + relative) * 4;
    int known = 1;
    int below = bits - 1;
    while (below > 0 && known < 4) {
      below--;
      boolean one = coder.code(((magnitude >>> below) & 1) != 0, slots + known);
      known = (known << 1) | (one ? 1 : 0);
    }
    return below == 0 ? known : (known << below) | coder.raw(magnitude, below);
  }
}
