package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.codec.WireEnums;
import dev.tributary.aggregation.protocol.wire.Wire;

/** What became of a round. */
public enum RoundOutcome {
  /** Nothing yet. */
  RUNNING(Wire.RoundOutcome.ROUND_OUTCOME_RUNNING),
  /** Its sum was used: there is a new version of the model, or an evaluation of one. */
  PUBLISHED(Wire.RoundOutcome.ROUND_OUTCOME_PUBLISHED),
  /** It was given up for a reason that can happen: too few devices, a deadline, an operator. */
  ABANDONED(Wire.RoundOutcome.ROUND_OUTCOME_ABANDONED),
  /** It was given up because of a defect. */
  FAILED(Wire.RoundOutcome.ROUND_OUTCOME_FAILED);

  private final Wire.RoundOutcome wire;

  RoundOutcome(Wire.RoundOutcome wire) {
    this.wire = wire;
  }

  Wire.RoundOutcome toWire() {
    return wire;
  }

  static RoundOutcome fromWire(Wire.RoundOutcome wire) {
    return WireEnums.find(values(), RoundOutcome::toWire, wire);
  }
}
