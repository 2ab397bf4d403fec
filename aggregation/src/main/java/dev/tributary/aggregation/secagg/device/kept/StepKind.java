package dev.tributary.aggregation.secagg.device.kept;

/** What an encoded step begins with; numbers are never reused. */
public enum StepKind {
  KEYS_ADVERTISED(1),
  SHARES_DEALT(2),
  MASKS_AGREED(3),
  UPDATE_SENT(4),
  SHARES_REVEALED(5);

  private final int number;

  StepKind(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static StepKind of(int number) {
    for (StepKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("encoded step: there is no kind " + number);
  }
}
