package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.wire.Wire;

/** What a round is for. */
public enum RoundKind {
  /** Devices train; the sum of their updates gives the next version of the model. */
  TRAINING(Wire.RoundKind.ROUND_KIND_TRAINING),
  /** Devices measure a version of the model on data that they hold back; the sum is its evaluation. */
  EVALUATION(Wire.RoundKind.ROUND_KIND_EVALUATION);

  private final Wire.RoundKind wire;

  RoundKind(Wire.RoundKind wire) {
    this.wire = wire;
  }

  Wire.RoundKind toWire() {
    return wire;
  }

  static RoundKind fromWire(Wire.RoundKind wire) {
    return WireEnums.find(values(), RoundKind::toWire, wire);
  }
}
