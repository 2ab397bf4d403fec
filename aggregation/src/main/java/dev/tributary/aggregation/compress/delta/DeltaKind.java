package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.optimize.GridStep;
import java.util.Optional;

/** What a delta's numbers are. */
public enum DeltaKind {
  /** Differences between the bits of float32 numbers, in numerical order. */
  FLOAT(1),
  /** Whole numbers of {@link GridStep}s. */
  FLOAT_GRID(2),
  /** Differences between 8-bit integers, and whatever scales have changed. */
  INT8(3),
  /** Differences between the numbers of two files, array by array. */
  FILE(4);

  private final int code;

  DeltaKind(int code) {
    this.code = code;
  }

  /** The byte that says so in a file. */
  int code() {
    return code;
  }

  static Optional<DeltaKind> ofCode(int code) {
    for (DeltaKind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
